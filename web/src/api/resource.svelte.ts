// One answer of the API on a page: what was read last is shown at once, read again when told or when an event says it changed,
// and a read that is no longer wanted is cancelled.
import { onEvent } from '../live/live.svelte';
import type { LiveEvent } from '../live/stream';

const kept = new Map<string, unknown>();
/** What was read belongs to the person who read it: called when another signs in. */
export const forget = () => {
  kept.clear();
  begun.clear();
};

/** Reads that were begun before their page was there, by what they read: the page takes the answer that is on its way. */
const begun = new Map<string, { answer: Promise<unknown>; heard: number }>();
let heard = 0; // events: what was begun before one may be old
onEvent(() => { heard += 1; });
export function begin<T>(key: string, load: () => Promise<T>) {
  const answer = load();
  answer.catch(() => {}); // the page reads it again, and says what is wrong
  begun.set(key, { answer, heard });
}

export class Resource<T> {
  value = $state.raw<T | undefined>(undefined);
  error = $state.raw<Error | undefined>(undefined);
  #key = '';
  #text: string | undefined;
  #load: (signal: AbortSignal) => Promise<T>;
  #abort: AbortController | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;

  /** `load` reads what `key` names; a new key reads anew. `changed` says which events mean that the answer is old. */
  constructor(key: () => string, load: (signal: AbortSignal) => Promise<T>, changed: (event: LiveEvent) => boolean = () => false) {
    this.#load = load;
    $effect(() => {
      this.#key = key();
      this.#text = undefined;
      this.value = kept.get(this.#key) as T | undefined;
      this.error = undefined;
      void this.reload();
      return () => this.#abort?.abort();
    });
    $effect(() => {
      const leave = onEvent((event) => { if (event.name === 'returned' || changed(event)) this.#soon(); });
      return () => {
        leave();
        clearTimeout(this.#later);
      };
    });
  }
  /** Many events of one moment are one read; a hidden page waits until it is seen. */
  #soon() {
    clearTimeout(this.#later);
    if (document.hidden) document.addEventListener('visibilitychange', () => this.#soon(), { once: true });
    else this.#later = setTimeout(() => void this.reload(), 100);
  }
  reload = async () => {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const key = this.#key;
    try {
      const early = begun.get(key);
      begun.delete(key);
      const value = await (early?.heard === heard ? (early.answer as Promise<T>).catch(() => this.#load(abort.signal)) : this.#load(abort.signal));
      if (abort.signal.aborted) return;
      this.error = undefined;
      const text = JSON.stringify(value);
      if (this.value !== undefined && text === this.#text) return; // the same again: nothing of the page is drawn anew
      this.#text = text;
      kept.set(key, value);
      this.value = value;
    } catch (error) {
      if (!abort.signal.aborted) this.error = error as Error;
    }
  };
}
