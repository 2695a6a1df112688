// Where things stand on six weeks: per cent from the left. Pure.
import type { CalendarItem } from '../api/shapes';
import { fromLocal, toLocal } from '../format';

export interface Bar { item: CalendarItem; left: number; width: number; row: number }
export interface Lane { area: string; bars: Bar[]; rows: number }

const share = (at: string, from: number, until: number) => Math.min(100, Math.max(0, ((Date.parse(at) - from) / (until - from)) * 100));

/** A lane an area, what is for everybody first; bars that overlap stand below each other. */
export function lanesOf(items: readonly CalendarItem[], from: string, until: string): Lane[] {
  const start = Date.parse(from), end = Date.parse(until);
  const lanes = new Map<string, CalendarItem[]>();
  for (const item of items) if (item.kind !== 'freeze' && item.kind !== 'allowed') lanes.set(item.area, [...(lanes.get(item.area) ?? []), item]);
  return [...lanes.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([area, all]) => {
    const ends: number[] = [];
    const bars = [...all].sort((a, b) => a.start.localeCompare(b.start)).map((item): Bar => {
      const left = share(item.start, start, end), width = Math.max(0.6, share(item.end, start, end) - left);
      let row = ends.findIndex((e) => e <= left);
      if (row < 0) row = ends.length;
      ends[row] = left + Math.max(width, 9); // a title needs room
      return { item, left, width, row };
    });
    return { area, bars, rows: Math.max(1, ends.length) };
  });
}
export const columnsOf = (items: readonly CalendarItem[], kind: 'freeze' | 'allowed', from: string, until: string) =>
  items.filter((i) => i.kind === kind).map((item) => ({ item, left: share(item.start, Date.parse(from), Date.parse(until)), width: Math.max(0.4, share(item.end, Date.parse(from), Date.parse(until)) - share(item.start, Date.parse(from), Date.parse(until))) }));

/** Mondays, for the head of the drawing. */
export function weeksOf(from: string, until: string): { at: string; left: number }[] {
  const start = Date.parse(from), end = Date.parse(until), out: { at: string; left: number }[] = [];
  for (let t = start; t < end; t += 86_400_000) {
    const at = new Date(t).toISOString();
    if (new Date(t).getUTCDay() === 1 || t === start) out.push({ at, left: ((t - start) / (end - start)) * 100 });
  }
  return out;
}
/** A window dragged by so much of the drawing's width, on the half hour. */
export function moved(item: CalendarItem, byShare: number, from: string, until: string): { window_start: string; window_end: string } {
  const half = 1_800_000;
  const by = Math.round((byShare * (Date.parse(until) - Date.parse(from))) / half) * half;
  const iso = (t: number) => new Date(t).toISOString();
  return { window_start: iso(Date.parse(item.start) + by), window_end: iso(Date.parse(item.end) + by) };
}
/** The same local hour a week later, over a change of clocks. */
export const weekLater = (iso: string, zone: string): string => {
  const local = new Date(`${toLocal(iso, zone)}:00Z`);
  local.setUTCDate(local.getUTCDate() + 7);
  return fromLocal(local.toISOString().slice(0, 16), zone);
};
export const collisionsOf = (items: readonly CalendarItem[]) => items.filter((i) => i.conflicts.length);
