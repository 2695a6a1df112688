// Which act's form is open. A next step in a refusal opens above it, and what was begun waits below, its draft kept.
import type { Values } from './catalogue';
import type { Option } from './lookups';

export interface Ask {
  id: string;
  given?: Values;                        // known and not asked for: what it is about
  values?: Values;                       // filled in, and can be changed
  seen?: Values;                         // the version that was read: sent along, and a newer one is a conflict
  fresh?: () => Promise<{ values: Values; seen: Values }>; // what stands there now, for a conflict
  shared?: { entry: string } | { release: string; audience: 'customers' | 'internal' | 'migration' }; // a text that others may be writing in
  options?: Record<string, (string | Option)[]>;    // what a field can be, where the page knows it
  says?: { label: string; text: string }[];  // facts to have before one's eyes
  danger?: boolean;                      // the focus begins on Cancel, the button is red
  label?: string;                        // the words of the button, where the act's own are too wide
  done?: (answer: unknown) => void;
}
export const asked = $state<{ stack: Ask[] }>({ stack: [] });
export const askFor = (ask: Ask) => { asked.stack = [...asked.stack, ask]; };
export const leave = () => { asked.stack = asked.stack.slice(0, -1); };

/** What the page is about: what the palette fills in. */
export const about = $state<{ names: Values }>({ names: {} });
/** For `$effect(() => isAbout(...))`. */
export function isAbout(names: Values): () => void {
  about.names = names;
  return () => { about.names = {}; };
}
