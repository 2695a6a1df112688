// The cockpit's order and arithmetic: what to draw where. Every verdict is the server's.
import type { Curve, ReleaseView, RunView, State, StepRow, WatchView } from '../api/shapes';
import { shape } from '../api/shapes';
import { span } from '../format';

type Metric = NonNullable<WatchView['verdict']>['metrics'][number];
export interface MetricRow { metric: Metric; curve: Curve | undefined; state: State }

const metricShape: Record<string, State> = { breach: 'nogo', suspect: 'watch', watch: 'watch', disturbed: 'unknown', no_data: 'unknown', insufficient: 'pending', no_harm_seen: 'go', healthy: 'go' };
const rank: Record<State, number> = { nogo: 0, unknown: 1, watch: 2, running: 3, pending: 4, waived: 5, go: 6, done: 7 };

/** Worst first, then in the order of the criteria. */
export function metricRows(watch: WatchView): MetricRow[] {
  const rows = (watch.verdict?.metrics ?? []).map((metric) => ({ metric, curve: watch.curves.find((c) => c.criterion === metric.name), state: metricShape[metric.state] ?? ('unknown' as State) }));
  return rows.map((row, i) => ({ row, i })).sort((a, b) => rank[a.row.state] - rank[b.row.state] || a.i - b.i).map((x) => x.row);
}
/** How long nothing was judged, once that is more than two intervals; else 0. Old data are never green. */
export function silentFor(watch: WatchView, now: number): number {
  if (watch.state !== 'watching') return 0;
  const last = Date.parse(watch.started_at) + watch.intervals * watch.interval_seconds * 1000;
  const late = now - last;
  return late > 3 * watch.interval_seconds * 1000 + 5000 ? late : 0;
}
export const watchState = (watch: WatchView, now: number): State => (silentFor(watch, now) ? 'unknown' : shape(watch.verdict?.verdict ?? watch.state));

/** A figure with its unit; of a share the per cent. */
export function figure(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (unit === 'share') return `${(value * 100).toFixed(value < 0.1 ? 2 : 1)} %`;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
}
export const lastOf = (values: readonly (number | null)[]): number | null => values.findLast((v) => v !== null) ?? null;

/** A line over the width, in pieces where there is a gap; y grows downwards. */
export function linePath(values: readonly (number | null)[], most: number, width: number, height: number): string {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let path = '', open = false;
  values.forEach((v, i) => {
    if (v === null) { open = false; return; }
    path += `${open ? 'L' : 'M'}${(i * step).toFixed(1)} ${(height - (most > 0 ? v / most : 0) * (height - 2) - 1).toFixed(1)}`;
    open = true;
  });
  return path;
}
/** Where a ratio stands on a scale from a quarter to four times, 0 to 1. */
export const onScale = (ratio: number | null | undefined, unbounded: number): number =>
  ratio === null || ratio === undefined ? unbounded : Math.min(1, Math.max(0, (Math.log2(Math.max(ratio, 1e-6)) + 2) / 4));

export function stepTime(step: StepRow, now: number): string {
  if (!step.started_at) return '';
  const end = step.ended_at ? Date.parse(step.ended_at) : now;
  return span(end - Date.parse(step.started_at));
}
/** What can be done with a step as it stands. */
export const turnsOf = (step: StepRow): ('confirm' | 'deny' | 'retry' | 'skip')[] =>
  step.state === 'waiting' ? ['confirm', 'deny', 'skip'] : step.state === 'unknown' ? ['confirm', 'deny', 'retry'] : step.state === 'failed' ? ['retry', 'skip'] : [];
export const stepShape = (step: StepRow): State => (step.state === 'waiting' ? 'watch' : step.state === 'failed' ? 'nogo' : step.state === 'skipped' ? 'waived' : step.state === 'unknown' ? 'unknown' : shape(step.state));

/** The last line that a step said. */
export const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';

/** What one should have before one's eyes before rolling back. */
export function rollbackFacts(view: ReleaseView, steps: string[]): { label: string; text: string }[] {
  const facts = [
    { label: 'Back to', text: view.components.map((c) => `${c.service} ${c.from_version || 'the version before'}`).join(', ') },
    { label: 'Steps', text: steps.length ? steps.join(' · ') : 'the sealed procedures, in reverse order' },
    { label: 'Rehearsed', text: view.components.map((c) => `${c.service}: ${c.rollback_rehearsed}`).join('; ') },
  ];
  if (view.flags.length) facts.push({ label: 'Flags', text: view.flags.map((f) => `${f.flag} back to ${f.value_before || 'off'}`).join(', ') });
  return facts;
}
export const runTitle = (run: RunView | null): string => (!run ? 'Not deployed yet' : run.kind === 'rollback' ? 'Rollback' : run.kind === 'rehearsal' ? 'Rehearsal' : 'Deployment');
