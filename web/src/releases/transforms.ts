// Order and grouping of what the server said; no judgement of its own.
import { roleWords } from '../words';
import { asState, urgency, gateShape, type ActivityRow, type GateState, type ReleaseRow, type ReleaseView, type SpineStage, type State } from '../api/shapes';

/** Needs someone first. */
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

export interface Blocks { blocking: GateState[]; later: GateState[]; holding: number }
/** What blocks now, what is only observed, and how many hold. */
export function blocksOf(spine: SpineStage[]): Blocks {
  const { open, holding } = foldGates(gatesNow(spine));
  const undecided = open.filter((g) => !g.waived_by);
  return { blocking: undecided.filter((g) => g.blocks), later: undecided.filter((g) => !g.blocks), holding: holding.length + open.length - undecided.length };
}
const sentence = (text: string): string => (text.charAt(0).toUpperCase() + text.slice(1)).replace(/\.$/, '');
/** What blocks in the server's own words, two of them, and how many more; where nothing does, the server's sentence. */
export function bannerSentence(said: string, blocks: Blocks): string {
  const [first, second] = blocks.blocking;
  if (!first) return said;
  const what = (g: GateState) => g.value || g.question;
  const more = blocks.blocking.length - 2;
  return roleWords(`${sentence(what(first))}${second ? `; ${what(second).replace(/\.$/, '')}` : ''}${more > 0 ? `; and ${more} more` : ''}.`);
}

export interface Told { at: string; entry: number; actor: string; text: string; reason: string }
export interface Day { day: string; told: (Told | { machine: ActivityRow[] })[] }
const offices = /^(release coordinator|change risk manager|notes author|health monitor|runner|integration)$/;
/** The story by day, newest first: what people did a line each, what machines did by themselves folded. */
export function storyOf(activity: ActivityRow[], dayName: (iso: string) => string): Day[] {
  const days: Day[] = [];
  for (const row of activity) {
    const name = dayName(row.at);
    if (days.at(-1)?.day !== name) days.push({ day: name, told: [] });
    const told = days.at(-1)!.told;
    if (offices.test(row.actor) || !row.actor) {
      const last = told.at(-1);
      if (last && 'machine' in last) last.machine.push(row);
      else told.push({ machine: [row] });
    } else {
      const last = told.at(-1);
      if (row.kind === 'release.stage_entered' && activity.some((o) => o !== row && o.at === row.at && o.actor === row.actor)) continue; // one act, one line
      if (last && !('machine' in last) && last.at === row.at && last.actor === row.actor && last.text === row.deed) continue;
      told.push({ at: row.at, entry: row.entry, actor: row.actor, text: row.deed, reason: row.reason });
    }
  }
  return days;
}

/** What the page's fields can be: names that the release itself has. */
export const optionsOf = (view: ReleaseView): Record<string, string[]> => ({
  gate: view.spine.flatMap((s) => s.gates).filter((g) => g.verdict !== 'pass' && !g.waived_by).map((g) => g.name),
  service: view.components.map((c) => c.service),
  freeze: view.conflicts.filter((c) => c.rule.includes('freeze')).map((c) => c.with).filter(Boolean),
});
/** The one act that a page offers first: the furthest along that can be done; deciding only when nothing blocks. */
const inOrder = ['recommendation.answer', 'page.acknowledge', 'release.healthy', 'deploy.start', 'release.decide', 'release.sign_off'];
export const primaryAct = (possible: readonly { id: string; can: boolean }[] | undefined, blocking: number): string =>
  inOrder.find((id) => possible?.some((p) => p.id === id && p.can) && (id !== 'release.healthy' || blocking > 0)) ?? '';
