import { expect, it } from 'vitest';
import type { EntryView } from '../api/shapes';
import { coverage, groupsOf } from './transforms';

const entry = (over: Partial<EntryView>): EntryView => ({ id: 'e', change: 'c', external_id: '', title: '', services: [], type: 'added', breaking: false, notable: true, edited: true, text: '', customer_text: 'x', internal_text: '', migration_text: '', not_notable_because: '', revision: 1, flag: '', needs_words: null, ...over });

it('what is still to write stands first, what is left out last', () => {
  const groups = groupsOf([entry({ id: 'a', type: 'fixed' }), entry({ id: 'b', customer_text: '', edited: false }), entry({ id: 'c', notable: false }), entry({ id: 'd' })]);
  expect(groups.map((g) => [g.name, g.entries.map((e) => e.id)])).toEqual([['To write', ['b']], ['Added', ['d']], ['Fixed', ['a']], ['Left out', ['c']]]);
});
it('coverage is said in counts', () => {
  expect(coverage([entry({})], 1, 0)).toBe('1 of 1 change has an entry');
  expect(coverage([entry({}), entry({})], 3, 1)).toBe('2 of 3 changes have an entry; 1 breaking change lacks a migration guide');
});
