// The cockpit's order and arithmetic: what to draw where. Every verdict is the server's.
import type { Curve, ReleaseView, RunView, State, StepRow, WatchView } from '../api/shapes';
import { shape, urgency } from '../api/shapes';
import { folded, type Chart, type Marker } from '../charts/model';
import { span } from '../format';
import { words } from '../words';

type Metric = NonNullable<WatchView['verdict']>['metrics'][number];
export interface MetricRow { metric: Metric; curve: Curve | undefined; state: State }

const metricShape: Record<string, State> = { breach: 'nogo', suspect: 'watch', watch: 'watch', disturbed: 'unknown', no_data: 'unknown', insufficient: 'pending', no_harm_seen: 'go', healthy: 'go' };

/** Worst first, then in the order of the criteria. */
export function metricRows(watch: WatchView): MetricRow[] {
  const rows = (watch.verdict?.metrics ?? []).map((metric) => ({ metric, curve: watch.curves.find((c) => c.criterion === metric.name), state: metricShape[metric.state] ?? ('unknown' as State) }));
  return rows.map((row, i) => ({ row, i })).sort((a, b) => urgency[a.row.state] - urgency[b.row.state] || a.i - b.i).map((x) => x.row);
}
/** A watch's criteria with what does not pass first; what passes folds into a count once there are more than fit a screen. */
export const foldedRows = (watch: WatchView, all: boolean) => folded(metricRows(watch), (row) => row.state === 'go' || row.state === 'pending', all ? Number.POSITIVE_INFINITY : 12);

/** What the ledger says happened to the deployment: where it starts and ends, and where it turns back. */
export function deployMarkers(view: ReleaseView): Marker[] {
  const seconds = (at: string) => Date.parse(at) / 1000;
  const of = (kind: string) => view.activity.filter((e) => e.kind === kind).map((e) => seconds(e.at)).sort((a, b) => a - b);
  const start = of('deployment.started')[0] ?? (view.run?.kind === 'deployment' ? seconds(view.run.started_at) : undefined);
  const end = of('deployment.finished').at(-1) ?? (view.run?.kind === 'deployment' && view.run.ended_at ? seconds(view.run.ended_at) : undefined);
  const back = of('rollback.ordered')[0] ?? (view.run?.kind === 'rollback' ? seconds(view.run.started_at) : undefined);
  const found: [number | undefined, string][] = [[start, words.chart.started], [end, words.chart.ended], [back, words.chart.rollback]];
  return found.flatMap(([at, label]) => (at === undefined ? [] : [{ at, label }])).sort((a, b) => a.at - b.at);
}
/** Both sides of a criterion over time; a value stands at the end of its interval. */
export function watchChart(row: MetricRow, watch: WatchView, markers: Marker[]): Chart | undefined {
  const c = row.curve;
  if (!c || (c.canary.length < 2 && c.control.length < 2)) return undefined;
  const from = Date.parse(watch.started_at) / 1000;
  const at = Array.from({ length: Math.max(c.canary.length, c.control.length) }, (_, i) => from + (watch.first_shown + i + 1) * watch.interval_seconds);
  const filled = (values: (number | null)[]) => at.map((_, i) => values[i] ?? null);
  const lines: Chart['lines'] = [{ label: words.cockpit.canary, role: 'now', values: filled(c.canary) }];
  if (c.control.some((v) => v !== null)) lines.push({ label: words.cockpit.control, role: 'past', values: filled(c.control) });
  return { title: row.metric.name, unit: c.unit, at, lines, limit: c.limit, markers };
}

/** How long nothing was judged, once that is more than two intervals; else 0. Old data are never green. */
export function silentFor(watch: WatchView, now: number): number {
  if (watch.state !== 'watching') return 0;
  const last = Date.parse(watch.started_at) + watch.intervals * watch.interval_seconds * 1000;
  const late = now - last;
  return late > 3 * watch.interval_seconds * 1000 + 5000 ? late : 0;
}
export const watchState = (watch: WatchView, now: number): State => (silentFor(watch, now) ? 'unknown' : shape(watch.verdict?.verdict ?? watch.state));

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
