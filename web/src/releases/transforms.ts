// Order and grouping of what the server said; no judgement of its own.
import type { GateState, ReleaseRow, State, StageState } from '../api/shapes';

/** Needs someone first. */
const urgency: Record<State, number> = { nogo: 0, unknown: 1, watch: 2, running: 3, pending: 4, waived: 5, go: 6, done: 7 };
export const byUrgency = (a: State, b: State) => urgency[a] - urgency[b];

const time = (iso: string | null) => (iso ? Date.parse(iso) : Number.POSITIVE_INFINITY);

/** Open releases by urgency, then by window; closed ones apart, newest first. */
export function arrange(rows: ReleaseRow[]): { open: ReleaseRow[]; closed: ReleaseRow[] } {
  const open = rows.filter((r) => r.stage !== 'closed').sort((a, b) => byUrgency(a.verdict.state, b.verdict.state) || time(a.window_start) - time(b.window_start) || a.version.localeCompare(b.version));
  const closed = rows.filter((r) => r.stage === 'closed').sort((a, b) => time(b.window_start ?? '1970') - time(a.window_start ?? '1970'));
  return { open, closed };
}
export function matching(rows: ReleaseRow[], filter: string): ReleaseRow[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((r) => wanted.every((w) => `${r.version} ${r.title} ${r.area} ${r.owner} ${r.stage}`.toLowerCase().includes(w)));
}
/** Open gates first in their order of urgency; those that hold fold into a count. */
export function foldGates(gates: GateState[]): { open: GateState[]; holding: GateState[] } {
  const holds = (g: GateState) => g.state === 'go' || g.state === 'done';
  return {
    open: gates.filter((g) => !holds(g)).sort((a, b) => Number(b.blocks) - Number(a.blocks) || byUrgency(a.state, b.state)),
    holding: gates.filter(holds),
  };
}
export const currentStage = (stages: StageState[], stage: string) => stages.findIndex((s) => s.stage === stage);

/** What the window means now: opens, is open until, was. */
export function windowKind(start: string | null, end: string | null, now: number): 'none' | 'opens' | 'open' | 'was' {
  if (!start) return 'none';
  if (now < Date.parse(start)) return 'opens';
  return end && now > Date.parse(end) ? 'was' : 'open';
}
