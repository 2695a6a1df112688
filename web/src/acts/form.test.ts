import { describe, expect, it } from 'vitest';
import generated from '../generated/acts.json';
import { fromLocal, toLocal } from '../format';
import definitions from '../generated/definitions.json';
import type { ActForm, FieldForm } from './catalogue';
import { arrange, bodyOf, choiceWord, commandsIn, fromCommand, keyOf, labelOf, pathOf, pathWords, differing, together } from './form';
import { rank, type Item } from './palette';

const acts = generated as unknown as ActForm[];
const act = (id: string) => acts.find((a) => a.id === id)!;

describe('a form', () => {
  it('asks for what the act takes, and not for what is known', () => {
    const { first, more } = arrange(act('gate.waive'), { release: 'rel_1' }, {});
    expect(first.map((f) => f.name)).toEqual(['gate', 'reason', 'until']);
    expect(more).toEqual([]);
    expect(first.every((f) => f.required)).toBe(true);
    expect(labelOf('window_start')).toBe('Window start');
  });
  it('of many fields puts aside those that may stay empty', () => {
    const { first, more } = arrange(act('release.plan'), {}, {});
    expect(first.map((f) => f.name)).toEqual(['version', 'area', 'scope_freeze_at', 'window_start', 'window_end', 'because', 'components']);
    expect(more.map((f) => f.name)).toContain('needs');
  });
  it('sends numbers, times, lists and rows as the API takes them', () => {
    const { body, complaints } = bodyOf(act('release.plan'), { version: ' 1.2.0 ', area: 'shop', window_start: '2026-11-30T08:00', needs: 'a\n\nb', components: [{ service: 'web', version: '1.2.0', digest: '' }, {}], title: '' }, 'Europe/Berlin');
    expect(complaints).toEqual([]);
    expect(body).toEqual({ version: '1.2.0', area: 'shop', window_start: '2026-11-30T07:00:00Z', needs: ['a', 'b'], components: [{ service: 'web', version: '1.2.0' }] });
    expect(bodyOf(act('deploy.steer'), { release: 'r', act: 'skip', step: '3' }, 'UTC').body['step']).toBe(3);
  });
  it('complains only about what cannot be sent', () => {
    expect(bodyOf(act('gate.waive'), { release: 'r', gate: 'risk', until: '2026-11-30T08:00' }, 'UTC').complaints).toEqual([{ field: 'reason', message: 'is needed' }]);
    expect(bodyOf(act('deploy.steer'), { release: 'r', act: 'skip', step: 'two' }, 'UTC').complaints).toEqual([{ field: 'step', message: 'is not a number' }]);
  });
  it('goes to the path of the act, names made safe', () => {
    expect(pathOf(act('notes.approve'), { release: 'shop/1.2', audience: 'customers' })).toBe('/api/v1/releases/shop%2F1.2/notes/customers/approval');
  });
  it('keeps its key for the same input and takes another for another', () => {
    const first = keyOf({ key: '', of: '' }, { a: 1 });
    expect(keyOf(first, { a: 1 })).toBe(first);
    expect(keyOf(first, { a: 2 }).key).not.toBe(first.key);
  });
});

describe('a field', () => {
  const named: string[] = [], choices: string[] = [];
  const ask = (f: FieldForm) => {
    named.push(f.name);
    choices.push(...(f.choices ?? []));
    for (const inner of [...(f.fields ?? []), ...Object.values(f.kinds ?? {}).flat()]) ask(inner);
  };
  for (const f of [...acts.flatMap((a) => a.fields), ...(definitions as unknown as FieldForm[])]) ask(f);
  // No word of English without a vowel, and these: what a computer calls it.
  const isRaw = (label: string) => label.split(/[ ,/]+/).filter((word) => /_/.test(word) || (word !== word.toUpperCase() && (!/[aeiouy]/i.test(word) || /^(url|id|api|uri|env|slo|sla|cab|dir|cmd|exdate|rrule|utc|junit)$/i.test(word) && word !== 'JUnit')));
  it('deep inside is said from outside in', () => expect(pathWords('health.criteria[3].lookup_url')).toBe('Health, Criteria 4, Lookup URL'));
  it('has a label of words that people of the trade say', () => {
    expect([...new Set(named)].flatMap((name) => isRaw(labelOf(name)).map((word) => `${name}: ${word}`))).toEqual([]);
    expect([...new Set(choices)].filter((c) => isRaw(choiceWord(c)).length)).toEqual([]);
    expect(isRaw('Rrule').length + isRaw('Lookup url').length + isRaw('window_start').length).toBe(3);
    expect([labelOf('lookup_url'), labelOf('rrule'), labelOf('window_start'), labelOf('detected_at')]).toEqual(['Lookup URL', 'Repeats', 'Window start', 'Detected']);
  });
});

describe('a printed command', () => {
  const means = (text: string) => { const found = fromCommand(text, acts); return found && { id: found.act.id, ...found.values }; };
  it('is the form of its act, filled in', () => {
    expect(means('evenkeel rollback rehearse payments --release 1.2.0 --env staging')).toMatchObject({ id: 'rollback.rehearse', service: 'payments' });
    expect(means('evenkeel waive 1.2.0 risk_assessed --reason REASON --until +24h')).toEqual({ id: 'gate.waive', release: '1.2.0', gate: 'risk_assessed' });
    expect(means('evenkeel deploy hold 1.2.0 --reason "too slow"')).toEqual({ id: 'deploy.steer', act: 'hold', release: '1.2.0', reason: 'too slow' });
    expect(means('evenkeel nothing like it')).toBeUndefined();
    expect(means('rm -rf /')).toBeUndefined();
  });
  it('is found in a sentence', () => {
    expect(commandsIn('read it (`evenkeel risk show 2`), then `evenkeel signoff 2 --role qa`')).toEqual(['evenkeel risk show 2', 'evenkeel signoff 2 --role qa']);
    expect(commandsIn('evenkeel decide 1.2.0 go')).toEqual(['evenkeel decide 1.2.0 go']);
    expect(commandsIn('ask the payments team')).toEqual([]);
  });
});

describe('local times', () => {
  it('go there and back in their zone', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])
      for (const iso of ['2026-07-01T10:30:00Z', '2026-12-31T23:45:00Z']) expect(fromLocal(toLocal(iso, zone), zone)).toBe(iso);
  });
  it('that the clocks skip or double are one of both', () => {
    expect(['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z']).toContain(fromLocal('2026-03-29T02:30', 'Europe/Berlin'));
    expect(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']).toContain(fromLocal('2026-10-25T02:30', 'Europe/Berlin'));
  });
});

describe('the palette', () => {
  const item = (key: string, label: string, note = ''): Item => ({ key, label, note, group: 'acts', run: () => {} });
  const items = [item('gate.waive', 'Waive a gate', 'Waive a gate, with a reason and an end'), item('release.move', 'Move the window'), item('release.cancel', 'Cancel the release')];
  it('finds an act by words of it, in any order', () => {
    expect(rank(items, 'gate wai').map((i) => i.key)).toEqual(['gate.waive']);
    expect(rank(items, 'the').map((i) => i.key)).toHaveLength(2);
    expect(rank(items, 'zzz')).toEqual([]);
    expect(rank(items, '')).toHaveLength(3);
  });
});

it('of two versions only what differs is asked about, and both can be put together without saying a line twice', () => {
  const form = { fields: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] } as never;
  expect(differing(form, { a: '1', b: '2' }, { a: '1', b: '3', c: '' })).toEqual(['b']);
  expect(together('one\ntwo', 'two\nthree')).toBe('one\ntwo\nthree');
  expect(together('', 'three')).toBe('three');
});
