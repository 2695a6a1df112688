// A read that was begun before its page was there is the page's first answer, unless something happened meanwhile or it failed.
import { flushSync } from 'svelte';
import { expect, it, vi } from 'vitest';
import { receive } from '../live/live.svelte';
import { begin, forget, Resource } from './resource.svelte';

async function valueOf(key: string, load: () => Promise<string>): Promise<string | undefined> {
  let resource = undefined as Resource<string> | undefined;
  const end = $effect.root(() => { resource = new Resource(() => key, load); });
  flushSync();
  await vi.waitFor(() => expect(resource!.value).toBeDefined());
  const { value } = resource!;
  end();
  forget();
  return value;
}
it('takes what is on its way, once', async () => {
  const load = vi.fn(async () => 'read by the page');
  begin('a', async () => 'begun');
  expect(await valueOf('a', load)).toBe('begun');
  expect(load).not.toHaveBeenCalled();
  expect(await valueOf('a', load)).toBe('read by the page');
});
it('reads anew when something happened meanwhile, or nothing came', async () => {
  begin('b', async () => 'begun');
  receive({ kind: 'event', event: { name: 'x', subject: '', release: '' } });
  expect(await valueOf('b', async () => 'anew')).toBe('anew');
  begin('c', async () => { throw new Error('no answer'); });
  expect(await valueOf('c', async () => 'anew')).toBe('anew');
});
it('what is answered again as it was stays the same thing, so that nothing is drawn anew', async () => {
  let answer = { rows: [1] };
  let resource = undefined as Resource<{ rows: number[] }> | undefined;
  const end = $effect.root(() => { resource = new Resource(() => 'd', async () => structuredClone(answer)); });
  flushSync();
  await vi.waitFor(() => expect(resource!.value).toBeDefined());
  const first = resource!.value;
  await resource!.reload();
  expect(resource!.value).toBe(first);
  answer = { rows: [2] };
  await resource!.reload();
  expect(resource!.value).toEqual({ rows: [2] });
  end();
});
