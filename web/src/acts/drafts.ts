// What was typed and not sent, kept in this tab until it is: a reload or an ended session loses nothing.
import type { Values } from './catalogue';

export interface Draft { values: Values; key: { key: string; of: string }; seen?: Values; from?: Values }
const name = (id: string, given: Values) => `draft:${id}:${JSON.stringify(given)}`;

export function draftOf(id: string, given: Values): Draft | undefined {
  try {
    const text = sessionStorage.getItem(name(id, given));
    return text ? (JSON.parse(text) as Draft) : undefined;
  } catch {
    return undefined;
  }
}
/** Who signs out leaves nothing typed for who comes next at this screen. */
export function forgetDrafts() {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith('draft:')) sessionStorage.removeItem(key);
  } catch { /* nothing was kept */ }
}
export function keepDraft(id: string, given: Values, draft: Draft | undefined) {
  try {
    if (draft) sessionStorage.setItem(name(id, given), JSON.stringify(draft));
    else sessionStorage.removeItem(name(id, given));
  } catch { /* private mode: it lasts as long as the form is open */ }
}
