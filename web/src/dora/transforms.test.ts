import { expect, it } from 'vitest';
import { figure, lasting } from '../format';
import { words } from '../words';
import { inTheirUnit, trendCharts } from './transforms';

it('a length of time is said in the unit that people would say it in', () => {
  expect([0.01, 0.2, 0.75, 1.5, 30, 60].map((hours) => figure(hours, 'h'))).toEqual(['36 s', '12 min', '45 min', '1.5 h', '30 h', '2.5 d']);
  expect([0, 59, 90, 3600, 172_800].map(lasting)).toEqual(['0 s', '59 s', '1.5 min', '1 h', '2 d']);
  expect(figure(0, 'min')).toBe('0 min');
});
it('a chart of short times counts in minutes, of long ones in days, and says so', () => {
  expect(inTheirUnit('hours', [0.01, null, 0.5])).toEqual({ unit: 'min', times: 60 });
  expect(inTheirUnit('hours', [1, 30])).toEqual({ unit: 'h', times: 1 });
  expect(inTheirUnit('hours', [1, 240]).unit).toBe('d');
  expect(inTheirUnit('per week', [1])).toEqual({ unit: 'per week', times: 1 });
  const trend = { sentence: '', months: [], centre: null, figures: [{ title: 'Recovery time', unit: 'hours', sentence: '', centre: 0.01, low: 0, high: 0.02, months: [{ month: '2026-11', value: 0.01, n: 1, signal: '', behind: [] }] }] } as never;
  const [{ chart }] = trendCharts(trend) as [ReturnType<typeof trendCharts>[0]];
  expect(chart).toMatchObject({ unit: 'min', centre: 0.6, lines: [{ values: [0.6] }] });
  expect(figure(chart.lines[0]!.values[0], chart.unit)).toBe('36 s');
  expect(['min', 'share', 'per week', ''].map(words.chart.unit)).toEqual(['in minutes', 'in per cent', 'per week', 'counted']);
});
