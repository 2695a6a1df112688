// A release as the API describes it, for tests only.
import type { GateState, ReleaseRow, ReleaseView, SpineStage } from '../api/shapes';

export const now = Date.parse('2026-11-20T12:00:00Z');

export const row = (over: Partial<ReleaseRow> = {}): ReleaseRow => ({
  id: 'rel_1', version: '2026.48', title: 'Checkout 2026.48', area: 'checkout', stage: 'go_no_go', outcome: 'open', owner: 'Ana',
  window_start: '2026-11-24T14:00:00Z', window_end: '2026-11-24T16:00:00Z', state: 'nogo', sentence: '7 of 9 hold, 1 fails, 1 unknown.', ...over,
});
export const gate = (over: Partial<GateState> = {}): GateState => ({
  name: 'rollback_rehearsed', stage: 'W2', question: 'Is every rollback rehearsed?', verdict: 'fail', mode: 'enforce', blocks: true, value: 'payments: never',
  limit: 'within 30 days', evidence: '', next_step: 'evenkeel rollback rehearse payments --env staging', who: 'payments team', waived_by: '', waived_until: null, refusals: [], ...over,
});
const names = ['Plan', 'Assess', 'Changelog', 'Go/No-Go', 'Deploy', 'Validate', 'Announce', 'Review'];
export const stage = (i: number, over: Partial<SpineStage> = {}): SpineStage => ({
  code: `W${i + 1}`, name: names[i]!, owner: 'Release coordinator', state: i < 3 ? 'done' : i === 3 ? 'nogo' : 'pending', line: '', due: null, current: i === 3, gates: [], ...over,
});
export const spine = (): SpineStage[] => names.map((_, i) => stage(i, {
  0: { line: 'window confirmed by 3 of 3 teams', gates: [gate({ name: 'window_set', stage: 'W1', question: 'Is the window set?', verdict: 'pass', blocks: false })] },
  1: { gates: [gate(), gate({ name: 'security_reviewed', question: 'Has security reviewed it?', verdict: 'unknown', mode: 'observe', blocks: false, evidence: '/services/payments' })] },
  3: { due: '2026-11-20T15:00:00Z' },
  4: { gates: [gate({ name: 'steps_done', stage: 'W5', question: 'Are all steps done?' })] },
}[i] ?? {}));
export const view = (over: Partial<ReleaseView> = {}): ReleaseView => ({
  release: {
    id: 'rel_1', version: '2026.48', title: 'Checkout 2026.48', area: 'checkout', line: 'main', environment: 'production', stage: 'go_no_go', outcome: 'open', owner: 'psn_1', incident: '', reason_text: '',
    scope_freeze_at: null, window_start: '2026-11-24T14:00:00Z', window_end: '2026-11-24T16:00:00Z', definitions_id: 'def_1', emergency: false, planned_at: '2026-11-01T00:00:00Z', closed_at: null, revision: 3,
  },
  owner: 'Ana', state: 'nogo', sentence: '7 of 9 hold, 1 fails, 1 unknown.',
  spine: spine(),
  scope: [{ id: 'chg_1', external_id: '0a1b2c3d4e5f60718293', title: 'Keep the cart over sign-in', kind: 'code', tier: 'normal', tier_reason: 'no template matches', services: ['web'], security_relevant: true, breaking: false, behind: '' }],
  components: [
    { service: 'payments', from_version: '4.1.0', version: '4.2.0', digest: '', confirmed: true, rollback_rehearsed: 'never rehearsed', rehearsed_at: null },
    { service: 'web', from_version: '', version: '9.0.0', digest: '', confirmed: false, rollback_rehearsed: 'rehearsed 3h ago, took 3m 10s', rehearsed_at: '2026-03-01T09:00:00Z' },
  ],
  assessment: null,
  sign_offs: [{ role: 'qa', person: 'Bo', verdict: 'go', reason: '', at: '2026-11-20T10:00:00Z' }],
  flags: [{ id: 'flg_1', release_id: 'rel_1', flag: 'new-cart', platform: 'unleash', value_before: 'off', value_after: 'on', after_service: '' }],
  checklist: [], conflicts: [], on_call: [], exceptions: [], run: null, recommendation: null, watches: [],
  communications: [{ kind: 'notes', audience: 'customer success', channel: 'e-mail', state: 'planned', due_at: '2026-11-24T12:00:00Z', delivered_at: null }],
  activity: [{ entry: 12, at: '2026-11-20T11:00:00Z', actor: 'Bo', kind: 'signoff.given', deed: 'voted go as qa', reason: '' }], reasons: [],
  ...over,
});
