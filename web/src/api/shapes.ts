// What the pages read: the server's types, under short names. The browser never computes a verdict; it only picks the shape for
// a word of the server.
import type { components } from '../generated/api';

type Schemas = components['schemas'];
export type ReleaseRow = Schemas['ReleaseRow'];
export type ReleaseView = Schemas['ReleaseView'];
export type SpineStage = Schemas['SpineStage'];
export type GateState = Schemas['GateState'];
export type ComponentRow = Schemas['ComponentRow'];
export type ScopeRow = Schemas['ScopeRow'];
export type Assessment = Schemas['Assessment'];
export type RunView = Schemas['RunView'];
export type Problem = Schemas['Problem'];
export type Refusal = Schemas['Refusal'];
export type Organisation = Schemas['Organisation'];
export type SignOffRow = Schemas['SignOffRow'];
export type StepRow = Schemas['StepRow'];
export type WatchView = Schemas['WatchView'];
export type Curve = Schemas['Curve'];
export type NoteView = Schemas['NoteView'];
export type EntryView = Schemas['EntryView'];
export type Conflict = Schemas['Conflict'];
export type CalendarItem = Schemas['CalendarItem'];
export type ActivityRow = Schemas['ActivityRow'];

export const states = ['go', 'watch', 'nogo', 'running', 'needs', 'failed', 'pending', 'done', 'shipped', 'rolled_back', 'cancelled', 'waived', 'unknown'] as const;
export type State = (typeof states)[number];
/** What comes first where many are listed. */
export const urgency: Record<State, number> = { nogo: 0, failed: 0, unknown: 1, needs: 2, watch: 2, running: 3, pending: 4, waived: 5, go: 6, done: 7, shipped: 7, rolled_back: 7, cancelled: 7 };
export interface Verdict { state: State; sentence: string }

/** A word that is not one of ours is unknown, never green. */
export const asState = (word: string): State => (states as readonly string[]).includes(word) ? (word as State) : 'unknown';
const shapeOf: Record<string, State> = {
  // gates and votes
  pass: 'go', fail: 'nogo', no_go: 'nogo', abstain: 'waived',
  // steps, runs, checklist, communications
  waiting: 'needs', open: 'pending', due: 'pending', scheduled: 'pending', planned: 'pending', sending: 'running', held: 'watch', abandoned: 'failed', skipped: 'waived', not_needed: 'waived', delivered: 'done',
  // watches
  watching: 'running', healthy: 'go', no_harm_seen: 'go', hold: 'watch', suspect: 'watch', rollback_recommended: 'nogo',
};
export const shape = (word: string): State => shapeOf[word] ?? asState(word);
/** How a gate looks: waived by decision; failing without blocking is a warning. */
export function gateShape(gate: GateState): State {
  if (gate.waived_by) return 'waived';
  return gate.verdict === 'fail' && !gate.blocks ? 'watch' : shape(gate.verdict);
}
