// What can be done with a thing now, and why not the rest: the server's answer, which every button on a page comes from.
import { client, read } from '../api/request';
import { Resource } from '../api/resource.svelte';
import type { LiveEvent } from '../live/stream';

export const readActs = (kind: string, name: string, signal?: AbortSignal) =>
  read(() => client.GET('/api/v1/acts', { params: { query: { kind, name } }, ...(signal ? { signal } : {}) }), signal);
export const possibleActs = (kind: () => string, name: () => string, changed: (event: LiveEvent) => boolean = () => false) =>
  new Resource(() => `acts:${kind()}:${name()}`, (signal) => readActs(kind(), name(), signal), changed);
export type Possible = Awaited<ReturnType<typeof readActs>>;
