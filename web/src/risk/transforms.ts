// The queue of changes that deserve a look, and why. The tier and the flags are the server's.
import type { ReleaseView } from '../api/shapes';

type Change = ReleaseView['scope'][number];
export interface Queued { change: Change; release: ReleaseView['release']; why: string[] }
export function whyOf(change: Change): string[] {
  const why: string[] = [];
  if (change.tier === 'emergency') why.push('emergency');
  if (change.security_relevant) why.push('security');
  if (change.breaking) why.push('breaking');
  if (change.kind === 'schema' || change.kind === 'data') why.push(`changes ${change.kind}`);
  return why;
}
export const queueOf = (views: ReleaseView[]): Queued[] =>
  views.flatMap((v) => v.scope.map((change) => ({ change, release: v.release, why: whyOf(change) }))).filter((q) => q.why.length).sort((a, b) => b.why.length - a.why.length || Number(b.change.tier === 'emergency') - Number(a.change.tier === 'emergency'));
