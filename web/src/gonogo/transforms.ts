// The board's order: criteria by area, votes by role. No judgement of its own.
import type { GateState, SignOffRow } from '../api/shapes';

const areas: [string, RegExp][] = [
  ['Testing', /test/], ['Rollback', /rollback|rehears|revers|one_way/], ['Risk', /risk|classif|size|security|dependenc|cab/], ['Health', /health|criteria|calibrat|metric/],
  ['Communications', /note|changelog|comm|brief|migration|announce|told/], ['Calendar', /freeze|window|conflict|confirm/], ['Readiness', /checklist|flag/], ['On-call', /on_call|pager|owner|present/], ['Sign-offs', /quorum|sign|vote/],
];
export const areaOf = (gate: GateState): string => areas.find(([, names]) => names.test(gate.name))?.[0] ?? 'Other';

export interface Area { name: string; gates: GateState[] }
/** Criteria up to the decision by area, in the order a meeting walks them. */
export function matrixOf(gates: GateState[]): Area[] {
  const byArea = new Map<string, GateState[]>();
  for (const g of gates) byArea.set(areaOf(g), [...(byArea.get(areaOf(g)) ?? []), g]);
  const order = [...areas.map(([name]) => name), 'Other'];
  return order.flatMap((name) => (byArea.has(name) ? [{ name, gates: byArea.get(name)! }] : []));
}

export interface Seat { role: string; vote: SignOffRow | undefined }
/** The seats of the quorum with their votes, then who voted beside it. */
export function seatsOf(quorum: readonly string[], votes: readonly SignOffRow[]): Seat[] {
  const seats = quorum.map((role) => ({ role, vote: votes.find((v) => v.role === role) }));
  return [...seats, ...votes.filter((v) => !quorum.includes(v.role)).map((vote) => ({ role: vote.role, vote }))];
}
export const tally = (seats: Seat[]): string => {
  const given = seats.filter((s) => s.vote), go = given.filter((s) => s.vote!.verdict === 'go').length;
  return `${given.length} of ${seats.length} voted: ${go} go, ${given.length - go} no-go`;
};
