import { describe, expect, it } from 'vitest';
import { alone, flagRows, folded, lastOf, timeRange, valueRange, type Chart } from './model';

const chart = (over: Partial<Chart> = {}): Chart => ({ title: 'a', unit: 'ms', at: [0, 60, 120, 180], lines: [{ label: 'a', role: 'now', values: [400, null, 410, 405] }], limit: null, markers: [], ...over });

describe('the scale', () => {
  it('always shows the limit', () => expect(valueRange(chart({ limit: 900 }))[1]).toBeGreaterThan(900));
  it('begins at nought for shares and counts, and where the values lie for others', () => {
    expect(valueRange(chart({ unit: 'share', lines: [{ label: 'a', role: 'now', values: [0.4, 0.5] }] }))[0]).toBe(0);
    expect(valueRange(chart())[0]).toBeGreaterThan(300);
  });
  it('has room for a constant, and stands without values', () => {
    const [low, high] = valueRange(chart({ lines: [{ label: 'a', role: 'now', values: [7, 7] }] }));
    expect(high).toBeGreaterThan(low);
    expect(valueRange(chart({ lines: [] }))).toEqual([0, 1]);
  });
  it('takes a marker in that is just outside, not one of another day', () => {
    expect(timeRange(chart({ markers: [{ at: -30, label: 'start' }, { at: 90_000, label: 'later' }] }))).toEqual([-30, 180]);
  });
});
it('a value between two gaps has a dot of its own', () => expect(alone([1, null, 2, null, 3, 4])).toEqual([0, 2]));
it('the last value is the last that was measured', () => expect([lastOf([1, 2, null]), lastOf([null])]).toEqual([2, null]));
it('what fails is shown before what passes, and never folds', () => {
  expect(folded([1, 2, 3, 4, 5], (n) => n > 2, 3)).toEqual({ shown: [1, 2, 3], rest: [4, 5] });
  expect(folded([1, 2, 3], () => false, 1)).toEqual({ shown: [1, 2, 3], rest: [] });
});
it('flags that would cover one another stand in rows', () => expect(flagRows([{ x: 0, width: 50 }, { x: 20, width: 50 }, { x: 60, width: 50 }])).toEqual([0, 1, 0]));
