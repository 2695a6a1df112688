import { expect, it } from 'vitest';
import acts from '../generated/acts.json';
import type { ActForm, Values } from '../acts/catalogue';
import { bodyOf } from '../acts/form';
import type { Organisation } from '../api/shapes';
import { asTyped, changesOf, complaintsOf, fieldsOf, parts, withRow } from './transforms';

const apply = (acts as unknown as ActForm[]).find((a) => a.id === 'definitions.apply');
const shop = { name: 'Shop', people: [{ login: 'ada', name: 'Ada', email: 'a@x', aliases: ['a', 'b'], roles: [{ role: 'qa', areas: ['shop'] }] }], freezes: [{ name: 'one' }, { name: 'two' }] } as unknown as Organisation;

it('every part is a form of what the server describes', () => {
  for (const part of parts) expect(fieldsOf(apply, part, {}).map((f) => f.name), part).toContain('name');
  expect(fieldsOf(apply, 'gates', { 'gates.mode': 'what it does' }).find((f) => f.name === 'mode')).toMatchObject({ choices: ['observe', 'warn', 'enforce'], help: 'what it does' });
});
it('a row that is opened and not touched says the same again', () => {
  const fields = fieldsOf(apply, 'people', {}), row = shop.people![0] as unknown as Values;
  expect(asTyped(fields, row)['aliases']).toBe('a\nb');
  expect(bodyOf({ fields } as ActForm, asTyped(fields, row), 'UTC')).toEqual({ body: row, complaints: [] });
});
it('an organisation with values of any shape is sent as it is', () => {
  const organisation = { ...shop, services: [{ name: 'cart', area: 'shop', owner: 'ada', deploy: [{ name: 'put', kind: 'command', env: { A: '1' } }] }] };
  expect(bodyOf(apply!, { organisation }, 'UTC').complaints).toEqual([]);
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
  expect(changesOf('{"name":"a","from":"1","areas":["x"]}', '{"name":"a","from":"2","areas":["x","y"]}')).toEqual([{ field: 'from', before: '1', after: '2' }, { field: 'areas', before: 'x', after: 'x, y' }]);
  expect(changesOf('', '{"name":"a","to":[]}')).toEqual([{ field: 'name', before: '', after: 'a' }]);
  expect(changesOf('Lamp shop', 'Lamps')).toEqual([{ field: '', before: 'Lamp shop', after: 'Lamps' }]);
});
