import { expect, it } from 'vitest';
import acts from '../generated/acts.json';
import definitions from '../generated/definitions.json';
import type { ActForm, FieldForm, Values } from '../acts/catalogue';
import { bodyOf, fieldsIn, saidFirst, was } from '../acts/form';
import type { Organisation } from '../api/shapes';
import { asRow, asTyped, changesOf, complaintsOf, fieldsOf, keptOf, parts, withRow } from './transforms';

const forms = definitions as unknown as FieldForm[], apply = (acts as unknown as ActForm[]).find((a) => a.id === 'definitions.apply');
const shop = { name: 'Shop', people: [{ login: 'ada', name: 'Ada', email: 'a@x', aliases: ['a', 'b'], roles: [{ role: 'qa', areas: ['shop'] }] }], freezes: [{ name: 'one' }, { name: 'two' }] } as unknown as Organisation;

it('every part is a form of what the server describes, and every field of it says what it is for', () => {
  const silent: string[] = [];
  const ask = (f: FieldForm, at: string) => {
    if (!f.help) silent.push(`${at}.${f.name}`);
    for (const inner of [...(f.fields ?? []), ...Object.values(f.kinds ?? {}).flat()]) ask(inner, `${at}.${f.name}`);
  };
  for (const f of forms) ask(f, '');
  expect(silent).toEqual([]);
  for (const part of parts) expect(fieldsOf(forms, part, {}).map((f) => f.name), part).toContain('name');
  expect(fieldsOf(forms, 'gates', {}).find((f) => f.name === 'mode')).toMatchObject({ choices: ['observe', 'warn', 'enforce'] });
  expect(fieldsOf(forms, 'connections', { kind: 'smtp' }).map((f) => f.name)).toEqual(['name', 'kind', 'url', 'user', 'secret', 'from']);
  expect(fieldsOf(forms, 'connections', {}).map((f) => f.name)).toEqual(['name', 'kind']);
});

// Rows of every shape that the description allows: empty, full, with texts of several lines, with members that no field has.
function chance(seed: number) {
  let at = seed;
  return () => ((at = (at * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296);
}
const texts = ['', 'a', 'two\nlines', ' blanks ', '${version}', 'sh', '-c', 'ä "quoted" \\ text'];
function anyOf(field: FieldForm, next: () => number, deep: number): unknown {
  const one = <T,>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  const some = <T,>(make: () => T): T[] => Array.from({ length: Math.floor(next() * 3) }, make);
  switch (field.kind) {
    case 'integer': return Math.floor(next() * 5);
    case 'number': return next() < 0.3 ? 0 : Math.round(next() * 1000) / 1000;
    case 'boolean': return next() < 0.5;
    case 'choice': return one(field.choices!);
    case 'duration': return one(['0s', '10m', '2d']);
    case 'list': return field.of === 'number' ? some(() => Math.round(next() * 100) / 100) : some(() => one(field.choices ?? texts));
    case 'texts': return Object.fromEntries(some(() => [one(['A', 'B', 'x-y']), one(texts)]));
    case 'json': return one<unknown>([null, { a: [1, 'x'] }, 'text', 3]);
    case 'record': return anyRow(field.fields!, next, deep);
    case 'records': return deep > 3 ? [] : some(() => anyRow(fieldsIn(field, {}), next, deep + 1));
    default: return one(texts);
  }
}
function anyRow(fields: FieldForm[], next: () => number, deep = 0): Values {
  const row: Values = {};
  for (const f of fields) if (f.required || next() < 0.6) row[f.name] = f.required && f.kind === 'text' ? 'named' : anyOf(f, next, deep);
  if (next() < 0.2) row['of_a_newer_server'] = { kept: [1, '\n'] };
  return row;
}
const throughStorage = (v: Values): Values => JSON.parse(JSON.stringify(v)) as Values;  // as a draft comes back

it('a row that is opened and not touched is saved as it was, whatever stands in it', () => {
  for (const part of parts)
    for (let seed = 1; seed <= 150; ++seed) {
      const next = chance(seed), kinds = Object.keys(forms.find((f) => f.name === part)!.kinds ?? {});
      const kind = kinds.length ? { kind: kinds[seed % kinds.length] } : {};
      const fields = fieldsOf(forms, part, kind), row = { ...anyRow(fields, next), ...kind }, complaints: never[] = [];
      expect(asRow(fields, throughStorage(asTyped(fields, row)), 'UTC', complaints), `${part} ${seed}`).toEqual(row);
      const { first, more } = saidFirst(fields, asTyped(fields, row));
      expect([...first, ...more].map((f) => f.name).sort(), 'every field is shown').toEqual(fields.map((f) => f.name).sort());
    }
});
it('one thing changed is one thing changed, also deep inside', () => {
  const fields = fieldsOf(forms, 'services', {});
  const row = { name: 'cart', area: 'shop', owner: 'ada', deploy: [{ name: 'put', kind: 'command', command: ['sh', '-c', 'a\nb'], env: { A: '1' }, timeout: '5m' }, { name: 'wait', kind: 'wait', wait: '1m' }], health: { criteria: [{ name: 'errors', kind: 'rate', critical: false, percentiles: [0.5] }] } };
  const edited = throughStorage(asTyped(fields, row)) as { deploy: Values[]; health: { criteria: Values[] } } & Values;
  expect(edited.deploy[0]!['command']).toEqual(['sh', '-c', 'a\nb']);
  edited.deploy[0]!['timeout'] = '7m';
  edited.health.criteria[0]!['percentiles'] = '0.5\n0.99';
  edited.deploy.reverse();
  expect(asRow(fields, edited, 'UTC')).toEqual({ ...row, deploy: [row.deploy[1], { ...row.deploy[0], timeout: '7m' }], health: { criteria: [{ ...row.health.criteria[0], percentiles: [0.5, 0.99] }] } });
  edited.deploy = [];
  expect(asRow(fields, edited, 'UTC')['deploy']).toEqual([]);
  const complaints: { field: string }[] = [];
  asRow(fields, { ...edited, deploy: [{ name: 'new' }] }, 'UTC', complaints as never);
  expect(complaints.map((c) => c.field)).toEqual(['deploy[0].kind']);
});
it('what nobody touched here is as it stands by now, and what no field has is said', () => {
  const fields = fieldsOf(forms, 'people', {}), then = { login: 'ada', name: 'Ada', email: 'a@x', shoe_size: 42 };
  expect(asRow(fields, { ...asTyped(fields, then), name: 'Ada B' }, 'UTC', [], { ...then, email: 'new@x' })).toEqual({ ...then, name: 'Ada B', email: 'new@x' });
  expect(keptOf(fields, then)).toEqual(['shoe_size']);
  expect(asTyped(fields, shop.people![0] as unknown as Values)).toMatchObject({ aliases: 'a\nb', [was]: { login: 'ada' } });
});
it('a list that was emptied is empty, and not left out', () => {
  const fields = fieldsOf(forms, 'people', {}), ada = shop.people![0] as unknown as Values;
  expect(asRow(fields, { ...asTyped(fields, ada), aliases: '' }, 'UTC')['aliases']).toEqual([]);
});
it('an organisation with values of any shape is sent as it is', () => {
  const organisation = { ...shop, services: [{ name: 'cart', area: 'shop', owner: 'ada', deploy: [{ name: 'put', kind: 'command', env: { A: '1' } }] }] };
  expect(bodyOf(apply!, { organisation }, 'UTC')).toMatchObject({ body: { organisation }, complaints: [] });
});
it('a row is changed, added or taken out, and nothing else', () => {
  const names = (o: Organisation) => o.freezes!.map((f) => f.name);
  expect(names(withRow(shop, 'freezes', 0, { name: 'new' }))).toEqual(['new', 'two']);
  expect(names(withRow(shop, 'freezes', 2, { name: 'three' }))).toEqual(['one', 'two', 'three']);
  expect(names(withRow(shop, 'freezes', 0, undefined))).toEqual(['two']);
  expect(names(shop)).toEqual(['one', 'two']);
  expect(withRow(shop, 'channels', 0, { name: 'page' }).channels).toHaveLength(1);
});
it('what is wrong stands at the field of the row that is edited', () =>
  expect(complaintsOf([{ field: 'freezes[1].from', message: 'is no time' }, { field: 'services[0].owner', message: 'is unknown' }], 'freezes', 1).map((c) => c.field)).toEqual(['from', 'services[0].owner']));
it('a difference is told field by field', () => {
  expect(changesOf('{"name":"a","from":"1","areas":["x"]}', '{"name":"a","from":"2","areas":["x","y"]}')).toEqual([{ field: 'from', before: '1', after: '2' }, { field: 'areas', before: 'x', after: 'x; y' }]);
  expect(changesOf('', '{"name":"a","to":[]}')).toEqual([{ field: 'name', before: '', after: 'a' }]);
  expect(changesOf('{"deploy":[{"name":"put","timeout":"1m"},{"name":"wait"}]}', '{"deploy":[{"name":"put","timeout":"2m"},{"name":"wait"}]}')).toEqual([{ field: 'deploy.put.timeout', before: '1m', after: '2m' }]);
  expect(changesOf('{"deploy":[]}', '{"deploy":[{"name":"put","kind":"command","command":["sh","-c"],"env":{},"timeout":"1m"}]}')).toEqual([{ field: 'deploy', before: '', after: 'put, Kind command, Command sh; -c, Timeout 1m' }]);
  expect(changesOf('{"deploy":[{"name":"a"},{"name":"b"}]}', '{"deploy":[{"name":"b"},{"name":"a"}]}')).toEqual([{ field: 'deploy', before: 'a, b', after: 'b, a' }]);
  expect(changesOf('Lamp shop', 'Lamps')).toEqual([{ field: '', before: 'Lamp shop', after: 'Lamps' }]);
});
