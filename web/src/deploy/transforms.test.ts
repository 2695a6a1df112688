import { describe, expect, it } from 'vitest';
import type { StepRow, WatchView } from '../api/shapes';
import { view } from '../releases/sample.testdata';
import { figure, lastLine, lastOf, linePath, metricRows, onScale, rollbackFacts, silentFor, turnsOf, watchState } from './transforms';

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
describe('figures', () => {
  it('have their unit', () => expect([figure(0.0123, 'share'), figure(0.5, 'share'), figure(482.4, 'ms'), figure(3.14159, ''), figure(null, 'ms')]).toEqual(['1.23 %', '50.0 %', '482 ms', '3.14', '–']));
  it('a gap is a gap', () => {
    expect(linePath([1, null, 1, 1], 1, 30, 10).match(/M/g)).toHaveLength(2);
    expect(lastOf([1, 2, null])).toBe(2);
  });
  it('ratios stand on a scale from a quarter to four times', () => expect([onScale(1, 0), onScale(4, 0), onScale(0.25, 1), onScale(100, 0), onScale(null, 1)]).toEqual([0.5, 1, 0, 1, 1]));
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
