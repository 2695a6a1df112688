// Whatever a person may do is found in the palette by its own words, and opens; what is not there has its reason. The same for pages.
import { expect, it } from 'vitest';
import { match } from '../app/router.svelte';
import { pages, routes } from '../app/routes';
import generated from '../generated/acts.json';
import { actWords, words } from '../words';
import { named, type ActForm } from './catalogue';
import { itemOf, notHere, opensAs, rank, type Item } from './palette';
import { patternOf, placeOf } from './places';

const acts = generated as unknown as ActForm[];
const run = () => {};
const items: Item[] = [
  ...pages.map((p): Item => ({ key: p.path, group: 'pages', label: words.pages[p.word], note: p.key, run })),
  ...acts.filter((a) => opensAs(a, {})).map((a) => itemOf(a, actWords[a.id], run)),
];
const first = (text: string) => rank(items, text)[0]?.key;

it('every act is found by the words of its button and by those of its sentence', () => {
  const lost = acts.filter((a) => opensAs(a, {})).flatMap((a) => {
    const said = (text: string) => rank(items, text).map((i) => i.key);
    return [
      ...(first(actWords[a.id] ?? a.summary) === a.id ? [] : [`${a.id} by “${actWords[a.id] ?? a.summary}”: ${first(actWords[a.id] ?? a.summary)}`]),
      ...(said(a.summary).includes(a.id) ? [] : [`${a.id} by “${a.summary}”`]),
      ...(said(a.id.replace('.', ' ')).includes(a.id) ? [] : [`${a.id} by its name`]),
    ];
  });
  expect(lost).toEqual([]);
});
it('no two of them read the same', () => {
  const lines = items.map((i) => `${i.label} | ${i.note}`);
  expect(lines.filter((line, at) => lines.indexOf(line) !== at)).toEqual([]);
});
it('what is not there has its reason, and is an act', () => {
  for (const [id, why] of Object.entries(notHere)) {
    expect(acts.some((a) => a.id === id), id).toBe(true);
    expect(why.length, id).toBeGreaterThan(10);
  }
  expect(acts.filter((a) => a.does !== 'reads' && a.id in notHere).map((a) => a.id)).toEqual(['dora.backfill']);
});
it('what opens as a form asks for nothing that people do not know; what opens as a page has one', () => {
  const known = { release: 'rel_1', service: 'web', incident: 'inc_1', run: 'run_1' };
  for (const act of acts.filter((a) => opensAs(a, {}))) {
    if (opensAs(act, {}) === 'form') {
      for (const name of named(act)) expect(act.fields.some((f) => f.name === name), `${act.id} asks for ${name}`).toBe(true);
      continue;
    }
    expect(patternOf(act.id), act.id).toBeDefined();
    for (const names of [{}, known]) expect(routes.some((r) => match(r.pattern, placeOf(act.id, names).split('?')[0]!)), `${act.id} at ${placeOf(act.id, names)}`).toBe(true);
  }
});
it('every page that stands by itself is found by its name; the others are about something and open from it', () => {
  const alone = routes.map((r) => r.pattern).filter((p) => !p.includes(':') && p !== '/sign-in');
  expect(alone.filter((p) => !pages.some((n) => n.path === p))).toEqual([]);
  for (const p of pages) expect(first(words.pages[p.word]), p.path).toBe(p.path);
  const about = routes.map((r) => r.pattern).filter((p) => p.includes(':'));
  for (const p of about) expect(alone.concat('/reports').some((list) => list !== '/' && p.startsWith(`${list}/`)), p).toBe(true); // a health report opens from its release
});
it('a button is a few words, with no second clause', () => {
  const long = acts.filter((a) => a.does !== 'reads' && opensAs(a, {})).map((a) => `${a.id}: ${actWords[a.id] ?? a.summary}`).filter((line) => line.split(': ').length > 2 || line.length - line.indexOf(':') > 36);
  expect(long).toEqual([]);
});
