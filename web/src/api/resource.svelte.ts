// One answer of the API on a page: what was read last is shown at once, read again when told or when an event says it changed,
// and a read that is no longer wanted is cancelled.
import { onEvent } from '../live/live.svelte';
import { read } from './request';

const kept = new Map<string, unknown>();
/** What was read belongs to the person who read it: called when they sign out. */
export const forget = () => kept.clear();

export class Resource<T> {
  value = $state.raw<T | undefined>(undefined);
  error = $state.raw<Error | undefined>(undefined);
  loading = $state(false);
  #path = '';
  #abort: AbortController | undefined;

  constructor(path: () => string, changes: (event: { name: string; data: string }) => boolean = () => false) {
    $effect(() => {
      this.#path = path();
      this.value = kept.get(this.#path) as T | undefined;
      this.error = undefined;
      void this.reload();
      return () => this.#abort?.abort();
    });
    $effect(() => onEvent((event) => { if (changes(event)) void this.reload(); }));
  }
  reload = async () => {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const path = this.#path;
    this.loading = true;
    try {
      const value = await read<T>(path, abort.signal);
      if (abort.signal.aborted) return;
      kept.set(path, value);
      this.value = value;
      this.error = undefined;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.error = error as Error;
    } finally {
      if (this.#abort === abort) this.loading = false;
    }
  };
}
