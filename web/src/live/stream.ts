// The event stream of one browser: who listens, how it stands, when to try again. EventSource resumes by Last-Event-ID while its
// object lives; across a closed one we hand the id over ourselves (`after`).
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline';
/** A ledger entry as it was committed: its kind ("release.planned"), what it is about, and the release it belongs to, if any. */
export interface LiveEvent { name: string; subject: string; release: string }
export type Message = { kind: 'event'; event: LiveEvent } | { kind: 'state'; state: LiveState; since: number };

export interface Source {
  close(): void;
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void;
}
const firstWait = 1000, longestWait = 30_000;

export class EventStream {
  #open: (after: string) => Source;
  #tell: (message: Message) => void;
  #later: (run: () => void, ms: number) => void;
  #now: () => number;
  #source: Source | undefined;
  #last = '';
  #wait = firstWait;
  #state: LiveState = 'connecting';
  #since: number;

  constructor(open: (after: string) => Source, tell: (message: Message) => void, later: (run: () => void, ms: number) => void = (run, ms) => setTimeout(run, ms), now: () => number = Date.now) {
    this.#open = open;
    this.#tell = tell;
    this.#later = later;
    this.#now = now;
    this.#since = now();
    this.#connect();
  }
  get standing(): Message {
    return { kind: 'state', state: this.#state, since: this.#since };
  }
  /** Tries at once: someone signed in, or the network is back. */
  again() {
    if (this.#state === 'live') return;
    this.#source?.close();
    this.#wait = firstWait;
    this.#connect();
  }
  close() {
    this.#source?.close();
    this.#source = undefined;
  }
  #become(state: LiveState) {
    if (state === this.#state) return;
    if (this.#state === 'live' || state === 'live') this.#since = this.#now();
    this.#state = state;
    this.#tell(this.standing);
  }
  #connect() {
    const source = (this.#source = this.#open(this.#last));
    source.onopen = () => {
      this.#wait = firstWait;
      this.#become('live');
    };
    source.onerror = () => {
      if (this.#source !== source) return;
      source.close();  // not left to EventSource: after some answers it never tries again
      this.#become(this.#wait >= longestWait ? 'offline' : 'reconnecting');
      this.#later(() => { if (this.#source === source) this.#connect(); }, this.#wait);
      this.#wait = Math.min(this.#wait * 2, longestWait);
    };
    source.addEventListener('entry', (event) => {
      this.#last = event.lastEventId || this.#last;
      const data = JSON.parse(event.data) as { kind: string; subject: string; release: string };
      this.#tell({ kind: 'event', event: { name: data.kind, subject: data.subject, release: data.release } });
    });
  }
}
export const openEvents = (after: string): Source => new EventSource('/api/v1/events' + (after ? `?after=${encodeURIComponent(after)}` : '')) as unknown as Source;
