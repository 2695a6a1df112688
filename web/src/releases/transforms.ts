// Order and grouping of what the server said; no judgement of its own.
import { asState, gateShape, type GateState, type ReleaseRow, type SpineStage, type State } from '../api/shapes';

/** Needs someone first. */
const urgency: Record<State, number> = { nogo: 0, unknown: 1, watch: 2, running: 3, pending: 4, waived: 5, go: 6, done: 7 };
export const byUrgency = (a: State, b: State) => urgency[a] - urgency[b];

const time = (iso: string | null) => (iso ? Date.parse(iso) : Number.POSITIVE_INFINITY);

/** Open releases by urgency, then by window; closed ones apart, newest first. */
export function arrange(rows: ReleaseRow[]): { open: ReleaseRow[]; closed: ReleaseRow[] } {
  const open = rows.filter((r) => r.stage !== 'closed').sort((a, b) => byUrgency(asState(a.state), asState(b.state)) || time(a.window_start) - time(b.window_start) || a.version.localeCompare(b.version));
  const closed = rows.filter((r) => r.stage === 'closed').sort((a, b) => time(b.window_start ?? '1970') - time(a.window_start ?? '1970'));
  return { open, closed };
}
export function matching(rows: ReleaseRow[], filter: string): ReleaseRow[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((r) => wanted.every((w) => `${r.version} ${r.title} ${r.area} ${r.owner} ${r.stage}`.toLowerCase().includes(w)));
}
/** The gates that count now: all up to go/no-go until it is decided, after that those of the stage it is in. */
export function gatesNow(spine: SpineStage[]): GateState[] {
  const at = spine.findIndex((s) => s.current);
  if (at < 0) return [];
  const deciding = spine.findIndex((s) => s.code === 'W4');
  return (at <= deciding ? spine.slice(0, deciding + 1) : [spine[at]!]).flatMap((s) => s.gates);
}
/** Open gates first in their order of urgency; those that hold fold into a count. */
export function foldGates(gates: GateState[]): { open: GateState[]; holding: GateState[] } {
  const holds = (g: GateState) => gateShape(g) === 'go';
  return {
    open: gates.filter((g) => !holds(g)).sort((a, b) => Number(b.blocks) - Number(a.blocks) || byUrgency(gateShape(a), gateShape(b))),
    holding: gates.filter(holds),
  };
}

/** What the window means now: opens, is open until, was. */
export function windowKind(start: string | null, end: string | null, now: number): 'none' | 'opens' | 'open' | 'was' {
  if (!start) return 'none';
  if (now < Date.parse(start)) return 'opens';
  return end && now > Date.parse(end) ? 'was' : 'open';
}
