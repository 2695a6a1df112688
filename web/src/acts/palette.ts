// What the palette has, and what it finds for a few letters. Pure.
import type { ActForm, Values } from './catalogue';
import { named } from './catalogue';
import { picked } from './lookups';

export interface Item { key: string; group: 'pages' | 'acts' | 'releases'; label: string; note: string; run: () => void }

/** Acts that are no work for a person at a page, each with the reason. */
export const notHere: Record<string, string> = {
  'definitions.diff': 'Settings asks it before anything is applied',
  'words.plain': 'the editor asks it while one writes',
  'thing.acts': 'the buttons of every page are its answer',
  'release.acts': 'the buttons of a release are its answer',
  'service.acts': 'the buttons of a service are its answer',
  'incident.acts': 'the buttons of an incident are its answer',
  'dora.backfill': 'a program sends a history, part by part: `evenkeel dora backfill`',
  'dora.backfilled': 'that program asks it to go on where it stopped',
  'policy.replay': 'a program compares definitions that are in a file: `evenkeel policy replay`',
  'register.show': 'has no page yet: `evenkeel register show`',
  'release.cost': 'has no page yet: `evenkeel release cost`',
  'gate.quiet': 'has no page yet: `evenkeel gate quiet`',
  'emergency.debts': 'has no page yet: `evenkeel emergency debts`',
  'dora.month': 'a month is sent when it is over; kept ones: `evenkeel dora month`',
};
/** How the palette opens an act: its form where what it is about has a name that people know; else the page where the thing itself stands, with
 *  its button. */
export function opensAs(act: ActForm, known: Values): 'form' | 'page' | undefined {
  if (act.id in notHere) return undefined;
  if (act.does === 'reads') return 'page';
  const field = (name: string) => act.fields.find((f) => f.name === name);
  const has = (name: string) => Boolean(known[name]) || picked.has(name) || field(name)?.kind === 'choice';
  return named(act).every(has) && !act.fields.some((f) => (f.kind === 'json' || f.name === 'key') && f.required) ? 'form' : 'page';
}

/** Every word that was typed must be somewhere; those that begin the label come first, then those in the label, then the rest. */
export function rank(items: Item[], text: string, most = 40): Item[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (item: Item): number => {
    const label = item.label.toLowerCase(), all = `${label} ${item.note.toLowerCase()} ${item.key.toLowerCase()}`;
    if (!wanted.every((w) => all.includes(w))) return -1;
    if (!wanted.length) return item.group === 'pages' && item.key.startsWith('/') ? 3 : item.group === 'acts' ? 2 : 1;
    return (label === wanted.join(' ') ? 8 : 0) + (label.startsWith(wanted[0]!) ? 4 : 0) + (wanted.every((w) => label.includes(w)) ? 2 : 0) + (item.key.startsWith('/') ? 1 : 0);
  };
  return items.map((item) => ({ item, s: score(item) })).filter((x) => x.s >= 0).sort((a, b) => b.s - a.s).slice(0, most).map((x) => x.item);
}
/** The palette's line of an act. */
export const itemOf = (act: ActForm, word: string | undefined, run: () => void): Item => ({ key: act.id, group: act.does === 'reads' ? 'pages' : 'acts', label: word ?? act.summary, note: word ? act.summary : '', run });
