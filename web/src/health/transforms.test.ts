import { expect, it } from 'vitest';
import { reportChart, type ReportChart } from './transforms';

const chart: ReportChart = { service: 'web', criterion: 'error rate', share: true, from: '2026-11-20T12:00:00Z', deployed_from: '2026-11-20T12:01:00Z', deployed_to: '2026-11-20T12:02:00Z', step_ms: 60_000, now: [0.01, null, 0.02], yesterday: [0.01], last_week: [], limit: 0.05, markers: [{ at: '2026-11-20T12:01:30Z', text: 'flag on' }] };

it('a report is drawn with what there was to compare, and with what happened in order', () => {
  const drawn = reportChart(chart);
  expect(drawn.lines.map((l) => [l.label, l.values])).toEqual([['Now', [0.01, null, 0.02]], ['A day before', [0.01, null, null]]]);
  expect(drawn.markers.map((m) => m.label)).toEqual(['deployment starts', 'flag on', 'deployment ends']);
  expect(drawn.at[1]! - drawn.at[0]!).toBe(60);
});
