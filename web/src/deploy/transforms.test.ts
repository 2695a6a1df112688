import { describe, expect, it } from 'vitest';
import type { StepRow, WatchView } from '../api/shapes';
import { view } from '../releases/sample.testdata';
import { deployMarkers, foldedRows, lastLine, metricRows, onScale, rollbackFacts, silentFor, turnsOf, watchChart, watchState } from './transforms';

const metric = (name: string, state: string) => ({ name, kind: 'rate', critical: true, state, log_e: 0, ratio: { low: 0.9, high: 1.2 }, part: '', canary_events: 0, canary_total: 0, control_events: 0, control_total: 0, since: 0, phi: 1, intervals: 3, breached_at: null, detail: '', figure: null }) as never;
const watch = (over: Partial<WatchView> = {}): WatchView => ({
  id: 'wch', service: 'web', phase: 'canary', state: 'watching', sentence: '', started_at: '2026-11-20T12:00:00Z', interval_seconds: 60, intervals: 5, window_intervals: 30, first_shown: 0, curves: [],
  verdict: { verdict: 'healthy', metrics: [metric('fine', 'healthy'), metric('bad', 'breach'), metric('odd', 'suspect')] } as never, ...over,
});
const at = (minutes: number) => Date.parse('2026-11-20T12:00:00Z') + minutes * 60_000;

describe('a watch', () => {
  it('shows the worst criterion first', () => expect(metricRows(watch()).map((r) => [r.metric.name, r.state])).toEqual([['bad', 'nogo'], ['odd', 'watch'], ['fine', 'go']]));
  it('that has had no data for a while is unknown, never green', () => {
    expect(watchState(watch(), at(6))).toBe('go');
    expect(silentFor(watch(), at(6))).toBe(0);
    expect(watchState(watch(), at(12))).toBe('unknown');
    expect(silentFor(watch(), at(12))).toBe(7 * 60_000);
    expect(watchState(watch({ state: 'ended' }), at(500))).toBe('go');
  });
});
it('ratios stand on a scale from a quarter to four times', () => expect([onScale(1, 0), onScale(4, 0), onScale(0.25, 1), onScale(100, 0), onScale(null, 1)]).toEqual([0.5, 1, 0, 1, 1]));
describe('what is drawn', () => {
  const curve = { criterion: 'fine', kind: 'rate', unit: 'share', critical: true, tolerated_ratio: null, limit: 0.02, canary: [0.01, null, 0.01], control: [0.01, 0.01, 0.01] } as never;
  it('has a time for each interval, gaps as gaps, and no control where there is none', () => {
    const w = watch({ curves: [curve], first_shown: 2 });
    const row = metricRows(w).find((r) => r.metric.name === 'fine')!;
    const chart = watchChart(row, w, [])!;
    expect(chart.at.map((t) => new Date(t * 1000).toISOString().slice(11, 16))).toEqual(['12:03', '12:04', '12:05']);
    expect(chart.lines.map((l) => l.values)).toEqual([[0.01, null, 0.01], [0.01, 0.01, 0.01]]);
    expect(watchChart({ ...row, curve: { ...row.curve!, control: [null, null, null] } }, w, [])!.lines).toHaveLength(1);
    expect(watchChart({ ...row, curve: { ...row.curve!, canary: [1], control: [] } }, w, [])).toBeUndefined();
  });
  it('of three hundred criteria those that fail come first, and the passing fold', () => {
    const many = watch({ verdict: { verdict: 'rollback_recommended', metrics: Array.from({ length: 300 }, (_, i) => metric(`m${i}`, i % 100 === 99 ? 'breach' : 'healthy')) } as never });
    const { shown, rest } = foldedRows(many, false);
    expect(shown.slice(0, 3).map((r) => r.state)).toEqual(['nogo', 'nogo', 'nogo']);
    expect([shown.length, rest.length, foldedRows(many, true).rest.length]).toEqual([12, 288, 0]);
  });
  it('is marked where the deployment starts, ends and turns back, from the ledger', () => {
    const entry = (kind: string, at: string) => ({ entry: 1, at, actor: '', kind, deed: '', reason: '' });
    const marks = deployMarkers({ ...view(), activity: [entry('rollback.ordered', '2026-11-20T12:30:00Z'), entry('deployment.finished', '2026-11-20T12:20:00Z'), entry('deployment.started', '2026-11-20T12:10:00Z')] });
    expect(marks.map((m) => m.label)).toEqual(['deployment starts', 'deployment ends', 'rollback starts']);
    expect(marks[0]!.at).toBe(Date.parse('2026-11-20T12:10:00Z') / 1000);
  });
});
it('what can be done with a step follows from its state', () => {
  const step = (state: StepRow['state']) => turnsOf({ state } as StepRow);
  expect([step('waiting'), step('failed'), step('unknown'), step('running'), step('done')]).toEqual([['confirm', 'deny', 'skip'], ['retry', 'skip'], ['confirm', 'deny', 'retry'], [], []]);
  expect(lastLine('a\nb\n\n')).toBe('b');
});
it('before a rollback one sees where it leads, how, and when it was rehearsed', () => {
  const facts = rollbackFacts(view(), ['payments: put back']);
  expect(facts.map((f) => f.label)).toEqual(['Back to', 'Steps', 'Rehearsed', 'Flags']);
  expect(facts[0]!.text).toContain('payments 4.1.0');
  expect(facts[2]!.text).toContain('payments: never rehearsed');
});
