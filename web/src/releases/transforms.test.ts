import { describe, expect, it } from 'vitest';
import { gate, now, row } from './sample.testdata';
import { arrange, foldGates, matching, windowKind } from './transforms';

describe('releases', () => {
  const rows = [
    row({ id: 'fine', verdict: { state: 'go', sentence: '' } }),
    row({ id: 'later', verdict: { state: 'nogo', sentence: '' }, window_start: '2026-12-01T00:00:00Z' }),
    row({ id: 'sooner', verdict: { state: 'nogo', sentence: '' } }),
    row({ id: 'unscheduled', verdict: { state: 'nogo', sentence: '' }, window_start: null }),
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
    const { open, holding } = foldGates([gate({ name: 'w', state: 'waived', blocks: false }), gate({ name: 'u', state: 'unknown', blocks: false }), gate({ name: 'ok', state: 'go', blocks: false }), gate({ name: 'b' })]);
    expect(open.map((g) => g.name)).toEqual(['b', 'u', 'w']);
    expect(holding.map((g) => g.name)).toEqual(['ok']);
  });
});
it('a window opens, is open, and was', () => {
  expect(windowKind(null, null, now)).toBe('none');
  expect(windowKind('2026-11-20T13:00:00Z', null, now)).toBe('opens');
  expect(windowKind('2026-11-20T11:00:00Z', '2026-11-20T13:00:00Z', now)).toBe('open');
  expect(windowKind('2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z', now)).toBe('was');
});
