// Times, durations and numbers for people. Zones are always named where a moment matters.
import { zone as shown, zoneWord } from './zone.svelte';

const locale = 'en-GB';

export function absolute(iso: string, zone = shown.name): string {
  const text = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(iso));
  return `${text.replace(',', '')} ${zoneWord(zone)}`;
}
/** "14:05", "Mon 14:05" on another day than today. */
export function clockTime(iso: string, now: number, zone = shown.name): string {
  const at = new Date(iso);
  const day = (d: Date | number) => new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: zone }).format(d);
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', timeZone: zone };
  if (day(at) !== day(now)) options.weekday = 'short';
  return new Intl.DateTimeFormat(locale, options).format(at).replace(',', '');
}
/** "Monday 30 November 2026". */
export const dayOf = (iso: string, zone = shown.name): string => new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: zone }).format(new Date(iso)).replace(',', '');

/** The moment as a date field of the browser has it, in a zone: "2026-11-30T14:05". */
export function toLocal(iso: string, zone = shown.name): string {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).formatToParts(new Date(iso)).map((p) => [p.type, p.value]));
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}`;
}
/** And back. A local time that is skipped or doubled by a change of clocks is the one of the offset before. */
export function fromLocal(local: string, zone = shown.name): string {
  if (/Z$|[+-]\d\d:\d\d$/.test(local)) return new Date(local).toISOString();
  const wanted = Date.parse(`${local.slice(0, 16)}:00Z`);
  let at = wanted;
  for (let i = 0; i < 2; ++i) at += wanted - Date.parse(`${toLocal(new Date(at).toISOString(), zone)}:00Z`);
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** "3 h ago", "in 20 min"; a date once it is a day away. */
export function relative(iso: string, now: number): string {
  const minutes = Math.round((new Date(iso).getTime() - now) / 60_000);
  const away = Math.abs(minutes);
  if (away < 1) return 'now';
  if (away >= 24 * 60) return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: shown.name }).format(new Date(iso));
  const amount = away < 60 ? `${away} min` : `${Math.round(away / 60)} h`;
  return minutes < 0 ? `${amount} ago` : `in ${amount}`;
}

/** "12 s", "4 min", "2 h": one unit. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
/** "1 h 52 min", "3:20" under ten minutes: a clock that runs. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** Thin spaces between thousands. */
export const count = (n: number): string => new Intl.NumberFormat('fr-FR', { useGrouping: true }).format(n);
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits).replace(/\.0+$/, '')} %`;

/** "Nov 2026", of a moment in seconds. */
export const monthOf = (seconds: number): string => new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(seconds * 1000));

/** "36 s", "12 min", "3.5 h", "2 d": a length of time in the unit that people would say it in. */
export function lasting(seconds: number): string {
  const whole = Math.abs(seconds);
  const [size, unit] = whole < 60 ? [1, 's'] : whole < 3600 ? [60, 'min'] : whole < 172_800 ? [3600, 'h'] : [86_400, 'd'];
  const value = seconds / (size as number);
  return `${value.toFixed(Math.abs(value) < 10 && unit !== 's' ? 1 : 0).replace(/\.0$/, '')} ${unit}`;
}
const secondsIn: Record<string, number> = { min: 60, h: 3600, d: 86_400 };

/** A figure with its unit; of a share the per cent. */
export function figure(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value === 0) return unit === 'share' ? '0 %' : `0${unit ? ` ${unit}` : ''}`;
  if (secondsIn[unit]) return lasting(value * secondsIn[unit]);
  if (unit === 'share') return `${(value * 100).toFixed(value < 0.1 ? 2 : 1)} %`;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
}
