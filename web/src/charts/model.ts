// What a chart says, before anything is drawn: lines over time with their unit, the limit, what happened meanwhile. Every verdict is the server's.
export type Role = 'now' | 'past' | 'older'; // which colour and dash: canary and control, or now, yesterday and a week ago
export interface Line { label: string; role: Role; values: (number | null)[] }
/** Something that happened while the chart's time ran; `at` in seconds. */
export interface Marker { at: number; label: string }
export interface Chart {
  title: string;
  unit: string; // 'share', 'ms', 'h', ... or '' where things are counted
  at: number[]; // seconds since 1970, one a value
  lines: Line[];
  limit: number | null;
  centre?: number | null; // what is ordinary
  band?: { low: (number | null)[]; high: (number | null)[] }; // between which a value is chance
  markers: Marker[];
  step?: 'month';
}

/** Shares and counts begin at nought; others where their values lie. The limit is always in view. */
export function valueRange(chart: Chart): [number, number] {
  const all = [...chart.lines.flatMap((l) => l.values), ...(chart.band ? [...chart.band.low, ...chart.band.high] : []), chart.limit, chart.centre ?? null].filter((v): v is number => v !== null && Number.isFinite(v));
  if (!all.length) return [0, 1];
  const most = Math.max(...all), least = Math.min(...all);
  const zero = chart.unit === 'share' || chart.unit === '' || ['min', 'h', 'd'].includes(chart.unit) || least <= 0;
  const room = (most - (zero ? Math.min(0, least) : least) || Math.abs(most) || 1) * 0.08;
  return [zero ? Math.min(0, least) : least - room, most + room];
}
/** From the first to the last value; a marker just outside (up to a quarter of the time) is taken in. */
export function timeRange(chart: Chart): [number, number] {
  const first = chart.at[0] ?? 0, last = chart.at.at(-1) ?? first + 1;
  const near = Math.max((last - first) / 4, 60);
  const marks = chart.markers.map((m) => m.at).filter((t) => t > first - near && t < last + near);
  const from = Math.min(first, ...marks), to = Math.max(last, ...marks);
  return to > from ? [from, to] : [from - 30, to + 30];
}
/** A value that has no neighbour: no line leads to it, so it needs a dot of its own. */
export const alone = (values: readonly (number | null | undefined)[]): number[] =>
  values.flatMap((v, i) => (v !== null && v !== undefined && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : []));
export const lastOf = (values: readonly (number | null)[]): number | null => values.findLast((v) => v !== null) ?? null;

/** What does not pass is always shown, in its order; what passes as far as there is room, the rest folds into a count. */
export function folded<T>(rows: readonly T[], passes: (row: T) => boolean, room: number): { shown: T[]; rest: T[] } {
  let left = Math.max(0, room - rows.filter((r) => !passes(r)).length);
  const shown: T[] = [], rest: T[] = [];
  for (const row of rows) (!passes(row) || left-- > 0 ? shown : rest).push(row);
  return { shown, rest };
}
/** Flags stand in rows, so that none covers another: the row of each, from the places and widths of their words in pixels. */
export function flagRows(flags: readonly { x: number; width: number }[]): number[] {
  const ends: number[] = [];
  return flags.map(({ x, width }) => {
    const free = ends.findIndex((end) => end <= x);
    const row = free < 0 ? ends.length : free;
    ends[row] = x + width + 6;
    return row;
  });
}
