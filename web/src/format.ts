// Times, durations and numbers for people. Zones are always named where a moment matters; UTC unless another is chosen.
const locale = 'en-GB';

export function absolute(iso: string, zone = 'UTC'): string {
  const text = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(iso));
  return `${text.replace(',', '')} ${zone}`;
}

/** "3 h ago", "in 20 min"; a date once it is a day away. */
export function relative(iso: string, now: number): string {
  const minutes = Math.round((new Date(iso).getTime() - now) / 60_000);
  const away = Math.abs(minutes);
  if (away < 1) return 'now';
  if (away >= 24 * 60) return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(iso));
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

/** Thin spaces between thousands. */
export const count = (n: number): string => new Intl.NumberFormat('fr-FR', { useGrouping: true }).format(n);
