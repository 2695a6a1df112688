// A release as the API describes it, for tests only.
import type { GateState, ReleaseRow, ReleaseView, State, StageState } from '../api/shapes';
import { stages } from '../api/shapes';

export const now = Date.parse('2026-11-20T12:00:00Z');

export const row = (over: Partial<ReleaseRow> = {}): ReleaseRow => ({
  id: 'rel_1', version: '2026.48', title: 'Checkout 2026.48', area: 'checkout', stage: 'go_no_go', outcome: 'open', owner: 'ana',
  window_start: '2026-11-24T14:00:00Z', window_end: '2026-11-24T16:00:00Z', verdict: { state: 'nogo', sentence: '7 of 9 hold, 1 fails, 1 unknown.' }, ...over,
});
export const gate = (over: Partial<GateState> = {}): GateState => ({
  name: 'rollback_rehearsed', stage: 'assessment', question: 'Is every rollback rehearsed?', state: 'nogo', mode: 'enforce', blocks: true, value: 'payments: never',
  limit: 'within 30 days', evidence: '', next_step: 'evenkeel rollback rehearse payments --env staging', who: 'payments team', waived_by: '', waived_until: null, ...over,
});
const stage = (name: (typeof stages)[number], i: number): StageState => {
  const state: State = i < 3 ? 'done' : i === 3 ? 'nogo' : 'pending';
  return { stage: name, code: `W${i + 1}`, state, owner: i === 3 ? 'ana' : '', due_at: i === 3 ? '2026-11-20T15:00:00Z' : null, evidence: i === 0 ? 'window confirmed by 3 of 3 teams' : '' };
};
export const view = (over: Partial<ReleaseView> = {}): ReleaseView => ({
  release: row(),
  stages: stages.map(stage),
  gates: [gate({ name: 'window_set', stage: 'planning', question: 'Is the window set?', state: 'go', blocks: false }), gate(), gate({ name: 'security_reviewed', question: 'Has security reviewed it?', state: 'unknown', mode: 'observe', blocks: false, evidence: '/services/payments' })],
  components: [
    { service: 'payments', from_version: '4.1.0', version: '4.2.0', tier: 'normal', risk: 'high', blast_radius: '3 services', rehearsed_at: null, rehearsal_took: '' },
    { service: 'web', from_version: '', version: '9.0.0', tier: 'standard', risk: 'low', blast_radius: '1 service', rehearsed_at: '2026-11-20T09:00:00Z', rehearsal_took: '3m 10s' },
  ],
  sign_offs: [{ role: 'qa', person: 'bo', state: 'go', at: '2026-11-20T10:00:00Z' }],
  checklist: [],
  flags: [{ flag: 'new-cart', platform: 'unleash', value_before: 'off', value_after: 'on' }],
  communications: [{ audience: 'customer success', channel: 'e-mail', state: 'pending', due_at: '2026-11-24T12:00:00Z' }],
  activity: [{ index: 12, at: '2026-11-20T11:00:00Z', actor: 'bo', sentence: 'signed off as QA: go' }],
  ...over,
});
