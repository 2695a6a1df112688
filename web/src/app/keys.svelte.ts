// Keys: each page names its own; they rest while someone types. No key decides anything: those that matter open a form.
import { palette } from './palette.svelte';

export interface Key { keys: string; says: string; run: () => void }

export const pageKeys = $state<{ list: Key[] }>({ list: [] });
const everywhere: Key[] = [];
let pending = '';

/** For `$effect(() => usePageKeys(...))`: the keys hold as long as the page does. */
export function usePageKeys(list: Key[]): () => void {
  pageKeys.list = list;
  return () => { pageKeys.list = []; };
}
export const addKeys = (...list: Key[]) => everywhere.push(...list);
export const keysEverywhere = () => everywhere;

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
/** True when the key was one of ours. Two-part keys ("g r") wait for their second part. */
export function press(key: string): boolean {
  const all = [...pageKeys.list, ...everywhere];
  const whole = pending ? `${pending} ${key}` : key;
  pending = '';
  const found = all.find((k) => k.keys === whole);
  if (found) found.run();
  else if (all.some((k) => k.keys.startsWith(`${whole} `))) pending = whole;
  else return false;
  return true;
}
export function startKeys() {
  addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      palette.open = !palette.open;
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
    if (press(event.key)) event.preventDefault();
  });
}
