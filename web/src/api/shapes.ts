// What the pages read from the API. Names and values are the server's; the browser never computes a verdict.
export type State = 'go' | 'watch' | 'nogo' | 'running' | 'pending' | 'done' | 'waived' | 'unknown';
export const stages = ['planning', 'assessment', 'changelog', 'go_no_go', 'deployment', 'validation', 'communication', 'review'] as const;
export type Stage = (typeof stages)[number] | 'closed';

export interface Verdict {
  state: State;
  sentence: string;
}
export interface ReleaseRow {
  id: string;
  version: string;
  title: string;
  area: string;
  stage: Stage;
  outcome: 'open' | 'shipped' | 'rolled_back' | 'cancelled' | 'superseded';
  owner: string;
  window_start: string | null;
  window_end: string | null;
  verdict: Verdict;
}
export interface StageState {
  stage: Stage;
  code: string;
  state: State;
  owner: string;
  due_at: string | null;
  evidence: string;
}
export interface GateState {
  name: string;
  stage: Stage;
  question: string;
  state: State;
  mode: 'observe' | 'warn' | 'enforce';
  blocks: boolean;
  value: string;
  limit: string;
  evidence: string;
  next_step: string;
  who: string;
  waived_by: string;
  waived_until: string | null;
}
export interface ComponentRow {
  service: string;
  from_version: string;
  version: string;
  tier: 'standard' | 'normal' | 'emergency' | '';
  risk: string;
  blast_radius: string;
  rehearsed_at: string | null;
  rehearsal_took: string;
}
export interface SignOffRow {
  role: string;
  person: string;
  state: State;
  at: string | null;
}
export interface ChecklistRow {
  name: string;
  owner: string;
  state: State;
  evidence: string;
}
export interface FlagRow {
  flag: string;
  platform: string;
  value_before: string;
  value_after: string;
}
export interface CommunicationRow {
  audience: string;
  channel: string;
  state: State;
  due_at: string | null;
}
export interface ActivityRow {
  index: number;
  at: string;
  actor: string;
  sentence: string;
}
export interface ReleaseView {
  release: ReleaseRow;
  stages: StageState[];
  gates: GateState[];
  components: ComponentRow[];
  sign_offs: SignOffRow[];
  checklist: ChecklistRow[];
  flags: FlagRow[];
  communications: CommunicationRow[];
  activity: ActivityRow[];
}
/** RFC 9457, as every error of the API comes. */
export interface Problem {
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
  refusals?: { rule: string; value: string; limit: string; evidence: string; next_step: string; who: string }[];
}
