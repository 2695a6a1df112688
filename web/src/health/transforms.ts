// A report's charts as the screen draws them: now beside a day and a week before, at the same clock.
import type { components } from '../generated/api';
import type { Chart } from '../charts/model';
import { words } from '../words';

export type ReportChart = components['schemas']['Chart'];

export function reportChart(c: ReportChart): Chart {
  const seconds = (at: string) => Date.parse(at) / 1000;
  const length = Math.max(c.now.length, c.yesterday.length, c.last_week.length);
  const filled = (values: (number | null)[]) => Array.from({ length }, (_, i) => values[i] ?? null);
  const past: Chart['lines'] = [{ label: words.chart.yesterday, role: 'past', values: filled(c.yesterday) }, { label: words.chart.lastWeek, role: 'older', values: filled(c.last_week) }];
  return {
    title: `${c.criterion}, ${c.service}`, unit: c.share ? 'share' : '', limit: c.limit,
    at: Array.from({ length }, (_, i) => seconds(c.from) + (i * c.step_ms) / 1000),
    lines: [{ label: words.chart.now, role: 'now', values: filled(c.now) }, ...past.filter((l) => l.values.some((v) => v !== null))],
    markers: [{ at: seconds(c.deployed_from), label: words.chart.started }, ...(c.deployed_to > c.deployed_from ? [{ at: seconds(c.deployed_to), label: words.chart.ended }] : []), ...c.markers.map((m) => ({ at: seconds(m.at), label: m.text }))].sort((a, b) => a.at - b.at),
  };
}
