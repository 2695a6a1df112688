// The editor's order and counts. Whether a text is right, the server says.
import type { EntryView } from '../api/shapes';

export const types = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const;

/** Entries by type in the order of Keep a Changelog; those that are still to write come first, those left out last. */
export function groupsOf(entries: EntryView[]): { name: string; entries: EntryView[] }[] {
  const groups: { name: string; entries: EntryView[] }[] = [];
  const add = (name: string, all: EntryView[]) => { if (all.length) groups.push({ name, entries: all }); };
  const open = entries.filter((e) => e.notable && !e.customer_text && !e.edited);
  add('To write', open);
  for (const t of types) add(t.charAt(0).toUpperCase() + t.slice(1), entries.filter((e) => e.notable && !open.includes(e) && e.type === t));
  add('Other', entries.filter((e) => e.notable && !open.includes(e) && !e.type));
  add('Left out', entries.filter((e) => !e.notable));
  return groups;
}
/** "22 of 24 changes have an entry; 1 breaking change has no migration guide". */
export function coverage(entries: EntryView[], changes: number, guidesMissing: number): string {
  const said = `${entries.length} of ${changes} ${changes === 1 ? 'change has' : 'changes have'} an entry`;
  return guidesMissing ? `${said}; ${guidesMissing} breaking ${guidesMissing === 1 ? 'change lacks' : 'changes lack'} a migration guide` : said;
}

/** A note without the marks that tie its lines to entries. */
export const withoutMarks = (body: string): string => body.replace(/[ \t]*<!--[\s\S]*?-->/g, '');
