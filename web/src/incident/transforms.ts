// How an incident stands, by the newest of its times.
import type { State } from '../api/shapes';

export interface Times { acknowledged_at: string | null; mitigated_at: string | null; resolved_at: string | null }
export function standing(i: Times): { state: State; word: string } {
  if (i.resolved_at) return { state: 'done', word: 'Resolved' };
  if (i.mitigated_at) return { state: 'watch', word: 'Mitigated' };
  return i.acknowledged_at ? { state: 'nogo', word: 'Acknowledged' } : { state: 'nogo', word: 'Open' };
}
/** The next time that is owed. */
export const nextTime = (i: Times): 'acknowledged' | 'mitigated' | 'resolved' | '' => (i.resolved_at ? '' : i.mitigated_at ? 'resolved' : i.acknowledged_at ? 'mitigated' : 'acknowledged');
