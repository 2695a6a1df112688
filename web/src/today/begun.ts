// How far a newcomer has come, from the definitions and the rehearsals themselves.
import { client, read } from '../api/request';
import { organisation } from '../acts/lookups';
import type { Begun } from './transforms';

export async function whatIsThere(): Promise<Begun> {
  const services = (await organisation())?.services ?? [];
  const first = services[0]?.name;
  const rehearsals = first ? await read(() => client.GET('/api/v1/services/{service}/rehearsals', { params: { path: { service: first } } })).catch(() => []) : [];
  return {
    services: services.length,
    rehearsed: rehearsals.some((r) => r.passed),
    criteria: services.some((s) => (s.health?.criteria?.length ?? 0) > 0),
  };
}
