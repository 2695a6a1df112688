import { expect, it } from 'vitest';
import type { CalendarItem } from '../api/shapes';
import { collisionsOf, columnsOf, lanesOf, moved, weekLater, weeksOf } from './transforms';

const from = '2026-03-02T00:00:00Z', until = '2026-04-13T00:00:00Z'; // six weeks from a Monday
const item = (over: Partial<CalendarItem>): CalendarItem => ({ kind: 'window', id: 'a', title: 'Shop 1', area: 'shop', note: '', release: 'rel_1', start: '2026-03-09T08:00:00Z', end: '2026-03-09T10:00:00Z', cancelled: false, revision: 1, conflicts: [], ...over });

it('a lane an area; what overlaps stands below each other', () => {
  const lanes = lanesOf([item({}), item({ id: 'b', start: '2026-03-09T09:00:00Z' }), item({ id: 'c', area: 'billing' }), item({ id: 'f', kind: 'freeze' })], from, until);
  expect(lanes.map((l) => [l.area, l.bars.map((b) => [b.item.id, b.row])])).toEqual([['billing', [['c', 0]]], ['shop', [['a', 0], ['b', 1]]]]);
  expect(lanes[1]!.bars[0]!.left).toBeCloseTo((7 + 8 / 24) / 42 * 100);
});
it('freezes are columns, cut at the edges', () => {
  const [column] = columnsOf([item({ kind: 'freeze', start: '2026-02-01T00:00:00Z', end: '2026-03-23T00:00:00Z' })], 'freeze', from, until);
  expect([column!.left, column!.width]).toEqual([0, 50]);
});
it('a week begins on Monday', () => expect(weeksOf(from, until).map((w) => w.at.slice(0, 10))).toEqual(['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30', '2026-04-06']));
it('dragging moves on the half hour, and keeps the length', () => {
  expect(moved(item({}), 1 / 42, from, until)).toEqual({ window_start: '2026-03-10T08:00:00.000Z', window_end: '2026-03-10T10:00:00.000Z' });
  expect(moved(item({}), 0.00001, from, until).window_start).toBe('2026-03-09T08:00:00.000Z');
});
it('a week later is the same hour by the clock, over a change of clocks too', () => {
  expect(weekLater('2026-03-25T08:00:00Z', 'Europe/Berlin')).toBe('2026-04-01T07:00:00Z'); // 9 o'clock both times
  expect(weekLater('2026-03-25T08:00:00Z', 'UTC')).toBe('2026-04-01T08:00:00Z');
});
it('what collides is what the server says', () => expect(collisionsOf([item({}), item({ id: 'b', conflicts: [{ rule: 'freeze', message: 'x', with: 'y' }] })]).map((i) => i.id)).toEqual(['b']));
