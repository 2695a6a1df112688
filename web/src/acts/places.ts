// Where each act has its place: the page that has its button, or shows its answer. A test holds that none is missing and that the page
// is there.
import type { Values } from './catalogue';

const release = '/releases/{release}', notes = '/releases/{release}/notes', board = '/releases/{release}/decision';
/** The first that fits an act's id. */
const places: [RegExp, string][] = [
  [/^release\.(list|plan)$/, '/releases'],
  [/^release\.(gates|decide|decisions?|sign_off)$|^gate\./, board],
  [/^release\.(report|reports)$/, '/releases/{release}?tab=health'],
  [/^release\.watches$|^(deploy|run)\.(?!list)|^rollback\.start$|^recommendation\.|^page\./, '/deployments/{release}'],
  [/^deploy\.list$/, '/deployments'],
  [/^comms\.(status|skip_status)$/, '/releases/{release}?tab=people'],
  [/^incident\.(list|open|detection)$/, '/incidents'],
  [/^incident\./, '/incidents/{incident}'],
  [/^comms\.|^checklist\./, '/releases/{release}?tab=people'],
  [/^(notes|entries|migration|brief|image|words)\./, notes],
  [/^rollback\.|^service\./, '/services/{service}'],
  [/^(change|security|risk)\./, '/releases/{release}?tab=changes'],
  [/^retro\.|^action\./, '/releases/{release}?tab=health'],
  [/^(line|on_call|absence)\./, '/calendar'],
  [/^(release|exception|tests|emergency)\./, release],
  [/^dora\./, '/dora'],
  [/^(archive|digest)\./, '/notes'],
  [/^ledger\.|^text\.|^register\./, '/audit'],
  [/^jobs\./, '/settings?tab=jobs'],
  [/^subscriptions\./, '/settings?tab=channels'],
  [/^person\./, '/settings?tab=people'],
  [/^definitions\.|^policy\./, '/settings?tab=definitions'],
  [/^thing\.|^awaited\./, '/'],
];
export const patternOf = (id: string): string | undefined => places.find(([which]) => which.test(id))?.[1];

/** The address of its place; of the list before it, where what it names is not known. */
export function placeOf(id: string, names: Values): string {
  const pattern = patternOf(id) ?? '/';
  const missing = [...pattern.matchAll(/\{(\w+)\}/g)].some((m) => !names[m[1]!]);
  if (missing) return pattern.slice(0, pattern.indexOf('/{')) || '/';
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])));
}
