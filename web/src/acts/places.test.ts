// Nothing that can be done is without a place: a page for each act of the catalogue, and a button on it for each that changes something.
import { expect, it } from 'vitest';
import { match } from '../app/router.svelte';
import { routes } from '../app/routes';
import generated from '../generated/acts.json';
import { named, type ActForm } from './catalogue';
import { patternOf, placeOf } from './places';

const acts = generated as unknown as ActForm[];
const sources = Object.values(import.meta.glob('../**/*.svelte', { query: '?raw', import: 'default', eager: true }) as Record<string, string>).join('\n');
/** Pages show every act of these: the menu is the server's answer, so a new act is in it by itself. */
const withMenu = [...sources.matchAll(/(?:possibleActs\(\(\) => '|RowActs kind=")(\w+)/g)].map((m) => m[1]);

it('every act has its page', () => {
  const names = { release: 'rel_1', service: 'web', incident: 'inc_1', run: 'run_1' };
  for (const act of acts) {
    expect(patternOf(act.id), act.id).toBeDefined();
    const path = placeOf(act.id, names).split('?')[0]!;
    expect(routes.some((r) => match(r.pattern, path)), `${act.id} at ${path}`).toBe(true);
  }
});
it('every act that changes something has its button', () => {
  const without = acts.filter((a) => a.does !== 'reads' && !withMenu.includes(named(a)[0] ?? 'nothing') && !sources.includes(`id="${a.id}"`) && !sources.includes(`id: '${a.id}'`)).map((a) => a.id);
  expect(without).toEqual([]);
});
it('what is not known leads to the list', () => {
  expect(placeOf('release.decide', {})).toBe('/releases');
  expect(placeOf('release.decide', { release: 'shop/1.2' })).toBe('/releases/shop%2F1.2/decision');
});
