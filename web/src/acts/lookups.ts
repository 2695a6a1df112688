// What a field can be: names from the definitions in force and from the open releases. Whoever may not read them types the name.
import { ApiError, client, read } from '../api/request';
import type { Organisation, ReleaseRow } from '../api/shapes';

export interface Option { value: string; label: string }
export type Lookup = Record<string, Option[]>;
/** The fields that are picked from names. */
export const picked: ReadonlySet<string> = new Set(['release', 'service', 'after_service', 'area', 'environment', 'freeze', 'locale', 'owner', 'login']);

const plain = (all: string[]): Option[] => all.map((value) => ({ value, label: value }));
let loading: Promise<Lookup> | undefined;
export const forgetLookups = () => { loading = undefined; };

async function current(): Promise<Organisation> {
  const version = await read(() => client.GET('/api/v1/definitions/current'));
  return JSON.parse(version.body) as Organisation;
}
export const organisation = (): Promise<Organisation | undefined> => current().catch(() => undefined);
export function fromDefinitions(o: Organisation | undefined, releases: ReleaseRow[]): Lookup {
  const people = (o?.people ?? []).map((p) => ({ value: p.login, label: `${p.name} (${p.login})` }));
  return {
    release: releases.map((r) => ({ value: r.id, label: `${r.area}/${r.version}` })),
    service: plain((o?.services ?? []).map((s) => s.name)),
    after_service: plain((o?.services ?? []).map((s) => s.name)),
    area: (o?.areas ?? []).map((a) => ({ value: a.name, label: a.title || a.name })),
    environment: plain((o?.environments ?? []).map((e) => e.name)),
    freeze: plain((o?.freezes ?? []).map((f) => f.name)),
    locale: plain(o?.words?.locales ?? []),
    owner: people,
    login: people,
  };
}
/** What may not be read offers nothing; what could not be read is asked for again by the next form. */
export const lookups = (): Promise<Lookup> => {
  if (loading) return loading;
  const unread = (error: unknown) => {
    if (!(error instanceof ApiError) || error.problem.status === 401) forgetLookups();
  };
  loading = Promise.all([
    current().catch((error: unknown) => (unread(error), undefined)),
    read(() => client.GET('/api/v1/releases')).catch((error: unknown) => (unread(error), [])),
  ]).then(([o, releases]) => fromDefinitions(o, releases));
  return loading;
};
