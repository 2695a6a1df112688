// What a service lacks, worst first: no owner, no rollback, no criteria. From the definitions in force.
import type { Organisation } from '../api/shapes';

export type Service = NonNullable<Organisation['services']>[number];
export function gapsOf(service: Service): string[] {
  const gaps: string[] = [];
  if (!service.owner) gaps.push('no owner');
  if (!service.rollback?.length) gaps.push('no rollback');
  if (!service.verify_version?.length) gaps.push('no proof of the version');
  if (!service.health?.criteria?.length) gaps.push('no criteria');
  if (!service.deploy?.length) gaps.push('no deploy steps');
  return gaps;
}
export const byGaps = (services: Service[]): Service[] => [...services].sort((a, b) => gapsOf(b).length - gapsOf(a).length || a.name.localeCompare(b.name));

interface Step { name: string; kind: string; command?: string[]; url?: string; prompt?: string; flag?: string; value?: string; wait?: string }
/** What a step does, in the words of its definition. */
export const does = (s: Step): string => (s.kind === 'command' || s.kind === 'check' ? (s.command ?? []).join(' ') : s.kind === 'flag' ? `${s.flag} = ${s.value}` : s.kind === 'wait' ? (s.wait ?? '') : s.prompt || s.url || '');
