import { describe, expect, it } from 'vitest';
import { gate, now, row, spine, stage } from './sample.testdata';
import { asState, gateShape, shape } from '../api/shapes';
import { arrange, foldGates, gatesNow, matching, windowKind } from './transforms';

describe('releases', () => {
  const rows = [
    row({ id: 'fine', state: 'go' }),
    row({ id: 'later', state: 'nogo', window_start: '2026-12-01T00:00:00Z' }),
    row({ id: 'sooner', state: 'nogo' }),
    row({ id: 'unscheduled', state: 'nogo', window_start: null }),
    row({ id: 'old', stage: 'closed', window_start: '2026-01-01T00:00:00Z' }),
    row({ id: 'recent', stage: 'closed', window_start: '2026-10-01T00:00:00Z' }),
  ];
  it('stand by who needs someone, then by window; closed ones apart', () => {
    const { open, closed } = arrange(rows);
    expect(open.map((r) => r.id)).toEqual(['sooner', 'later', 'unscheduled', 'fine']);
    expect(closed.map((r) => r.id)).toEqual(['recent', 'old']);
  });
  it('are found by every word of the filter', () => {
    expect(matching([row(), row({ id: 'b', area: 'search', title: 'Search 1' })], 'CHECK ana')).toHaveLength(1);
    expect(matching([row()], 'checkout bo')).toHaveLength(0);
    expect(matching([row()], '  ')).toHaveLength(1);
  });
});
describe('gates', () => {
  it('that block come first, those that hold are folded', () => {
    const { open, holding } = foldGates([gate({ name: 'w', waived_by: 'Ria', blocks: false }), gate({ name: 'u', verdict: 'unknown', blocks: false }), gate({ name: 'ok', verdict: 'pass', blocks: false }), gate({ name: 'b' })]);
    expect(open.map((g) => g.name)).toEqual(['b', 'u', 'w']);
    expect(holding.map((g) => g.name)).toEqual(['ok']);
  });
});
it('until the decision all gates up to it count, afterwards those of the stage', () => {
  expect(gatesNow(spine()).map((g) => g.name)).toEqual(['window_set', 'rollback_rehearsed', 'security_reviewed']);
  const deploying = spine().map((s) => ({ ...s, current: s.code === 'W5' }));
  expect(gatesNow(deploying).map((g) => g.name)).toEqual(['steps_done']);
  expect(gatesNow([stage(0, { current: false })])).toEqual([]);
});
it('words of the server have their shape, and an unknown word is never green', () => {
  expect([gateShape(gate()), gateShape(gate({ blocks: false })), gateShape(gate({ verdict: 'unknown' })), gateShape(gate({ waived_by: 'Ria' })), gateShape(gate({ verdict: 'pass' }))]).toEqual(['nogo', 'watch', 'unknown', 'waived', 'go']);
  expect(['failed', 'waiting', 'not_needed', 'rollback_recommended', 'held', 'go', 'never heard of'].map(shape)).toEqual(['failed', 'needs', 'waived', 'nogo', 'watch', 'go', 'unknown']);
  expect(asState('excellent')).toBe('unknown');
});
it('a window opens, is open, and was', () => {
  expect(windowKind(null, null, now)).toBe('none');
  expect(windowKind('2026-11-20T13:00:00Z', null, now)).toBe('opens');
  expect(windowKind('2026-11-20T11:00:00Z', '2026-11-20T13:00:00Z', now)).toBe('open');
  expect(windowKind('2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z', now)).toBe('was');
});
