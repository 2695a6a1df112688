// The trend by month as charts: each figure with what is ordinary, and the band that chance alone fills.
import type { components } from '../generated/api';
import type { Chart } from '../charts/model';
import { words } from '../words';

type Trend = components['schemas']['Trend'];
const monthStart = (month: string) => Date.parse(`${month}-01T00:00:00Z`) / 1000;

/** Hours as minutes where the longest is under two hours, as days where the longest is over three days: what the axis counts in. */
export function inTheirUnit(unit: string, values: readonly (number | null)[]): { unit: string; times: number } {
  if (unit !== 'hours') return { unit, times: 1 };
  const most = Math.max(0, ...values.filter((v): v is number => v !== null));
  return most < 2 ? { unit: 'min', times: 60 } : most > 72 ? { unit: 'd', times: 1 / 24 } : { unit: 'h', times: 1 };
}
export function trendCharts(trend: Trend): { chart: Chart; said: string }[] {
  const marked = (months: readonly { month: string; signal: string }[]) => months.filter((m) => m.signal).map((m) => ({ at: monthStart(m.month), label: m.signal }));
  const rate: Chart = {
    title: words.chart.failRate, unit: 'share', step: 'month', limit: null, centre: trend.centre, markers: marked(trend.months),
    at: trend.months.map((m) => monthStart(m.month)), lines: [{ label: words.chart.failRate, role: 'now', values: trend.months.map((m) => m.rate) }],
    band: { low: trend.months.map((m) => m.low), high: trend.months.map((m) => m.high) },
  };
  const others = trend.figures.map((f) => {
    const { unit, times } = inTheirUnit(f.unit, [...f.months.map((m) => m.value), f.high]);
    const scaled = (v: number | null) => (v === null ? null : v * times);
    return {
      said: f.sentence,
      chart: {
        title: f.title, unit, step: 'month', limit: null, centre: scaled(f.centre), markers: marked(f.months),
        at: f.months.map((m) => monthStart(m.month)), lines: [{ label: f.title, role: 'now', values: f.months.map((m) => scaled(m.value)) }],
        ...(f.low !== null && f.high !== null ? { band: { low: f.months.map(() => scaled(f.low)), high: f.months.map(() => scaled(f.high)) } } : {}),
      } satisfies Chart as Chart,
    };
  });
  return [...(trend.months.length ? [{ chart: rate, said: trend.sentence }] : []), ...others];
}
