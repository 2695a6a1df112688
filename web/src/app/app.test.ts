import { afterEach, describe, expect, it, vi } from 'vitest';
import { age, count, relative, absolute } from '../format';
import { addKeys, isTyping, pageKeys, press } from './keys.svelte';
import { match } from './router.svelte';
import { client, NetworkError, read, write } from '../api/request';

afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers(); pageKeys.list = []; });

it('paths match their pattern and give decoded parameters', () => {
  expect(match('/releases/:id', '/releases/rel_1')).toEqual({ id: 'rel_1' });
  expect(match('/releases/:id', '/releases/a%2Fb/')).toEqual({ id: 'a/b' });
  for (const path of ['/releases', '/releases/', '/releases/a/b', '/other/x', '/releases/%zz']) expect(match('/releases/:id', path)).toBeUndefined();
  expect(match('/', '/')).toEqual({});
});
it('two-part keys wait for their second part; a page goes before the shell', () => {
  const ran: string[] = [];
  addKeys({ keys: 'g r', says: '', run: () => ran.push('releases') }, { keys: 'x', says: '', run: () => ran.push('shell') });
  pageKeys.list = [{ keys: 'x', says: '', run: () => ran.push('page') }];
  expect([press('g'), press('r'), press('x'), press('g'), press('z'), press('r')]).toEqual([true, true, true, true, false, false]);
  expect(ran).toEqual(['releases', 'page']);
  expect(isTyping(document.createElement('input'))).toBe(true);
  expect(isTyping(document.createElement('button'))).toBe(false);
});
it('times and numbers read as people say them', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  expect(relative('2026-11-20T11:40:00Z', now)).toBe('20 min ago');
  expect(relative('2026-11-20T15:00:00Z', now)).toBe('in 3 h');
  expect(relative('2026-11-20T12:00:20Z', now)).toBe('now');
  expect(relative('2026-11-24T12:00:00Z', now)).toBe('24 Nov 2026');
  expect(absolute('2026-11-24T14:00:00Z')).toBe('Tue 24 Nov 2026, 14:00 UTC');
  expect([age(900), age(12_000), age(240_000), age(2 * 86_400_000)]).toEqual(['1 s', '12 s', '4 min', '2 d']);
  expect(count(48211)).toMatch(/^48\s211$/);
});
describe('requests', () => {
  const answer = (...all: (Response | Error)[]) => {
    let n = 0;
    vi.stubGlobal('fetch', async () => { const a = all[Math.min(n++, all.length - 1)]!; if (a instanceof Error) throw a; return a.clone(); });
    return () => n;
  };
  const releases = () => read(() => client.GET('/api/v1/releases'));
  it('are read again when the network failed, and give up in the end', async () => {
    vi.useFakeTimers();
    const tries = answer(new TypeError('failed'), new Response('[]'));
    const got = releases();
    await vi.runAllTimersAsync();
    expect(await got).toEqual([]);
    expect(tries()).toBe(2);
    const never = answer(new TypeError('failed'));
    const failed = expect(releases()).rejects.toBeInstanceOf(NetworkError);
    await vi.runAllTimersAsync();
    await failed;
    expect(never()).toBe(3);
  });
  it('that change something are sent once', async () => {
    const tries = answer(new TypeError('failed'));
    await expect(write(() => client.POST('/api/v1/session', { body: { login: 'a', password: 'b' } }))).rejects.toBeInstanceOf(NetworkError);
    expect(tries()).toBe(1);
  });
  it('carry the problem document, also when a proxy answered something else', async () => {
    answer(new Response('{"detail":"the release is frozen","status":409,"title":"Conflict"}', { status: 409 }));
    await expect(releases()).rejects.toMatchObject({ problem: { status: 409, detail: 'the release is frozen' } });
    answer(new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
    await expect(releases()).rejects.toMatchObject({ problem: { status: 502, title: 'Bad Gateway' } });
  });
});
