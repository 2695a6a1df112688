// Live events on this page: through the browser's shared worker, or by an own stream where there is none.
import { EventStream, type LiveEvent, type LiveState, type Message, openEvents } from './stream';
import type { State } from '../api/shapes';

const listeners = new Set<(event: LiveEvent) => void>();
/** `away`: so long without a connection that what the page shows may be old, since `silent` milliseconds. */
export const live = $state<{ state: LiveState; since: number; away: boolean; silent: number }>({ state: 'connecting', since: Date.now(), away: false, silent: 0 });
const awayAfter = 4000; // a server that restarts quickly is not worth a word
let ticking: ReturnType<typeof setInterval> | undefined;
function watchSilence() {
  if (live.state === 'live') {
    clearInterval(ticking);
    ticking = undefined;
    live.away = false;
    live.silent = 0;
  } else ticking ??= setInterval(() => {
    live.silent = Date.now() - live.since;
    live.away = live.silent > awayAfter;
  }, 1000);
}
/** How a state may be shown: nothing that was read before the connection broke is green, or running. */
export const seenAs = (state: State): State => (live.away && (state === 'go' || state === 'running' || state === 'needs') ? 'unknown' : state);

export function onEvent(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export function receive(message: Message) {
  if (message.kind === 'event') for (const listener of [...listeners]) listener(message.event);
  else {
    const returned = message.state === 'live' && live.state !== 'live' && live.state !== 'connecting';
    live.state = message.state;
    live.since = message.since;
    watchSilence();
    if (returned) for (const listener of [...listeners]) listener({ name: 'returned', subject: '', release: '' });
  }
}
/** Something was done here: what the page shows is read again without waiting for the event of it. */
export const nudge = () => { for (const listener of [...listeners]) listener({ name: 'returned', subject: '', release: '' }); };
let again = () => {};
/** Connect now, not when the wait is over. */
export const reconnect = () => again();

export function startLive() {
  addEventListener('online', reconnect);
  if (typeof SharedWorker !== 'undefined') {
    const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'evenkeel-events' });
    worker.port.onmessage = (message: MessageEvent<Message>) => receive(message.data);
    again = () => worker.port.postMessage('again');
    addEventListener('pagehide', () => worker.port.postMessage('leave'));
  } else if (typeof EventSource !== 'undefined') {
    const stream = new EventStream(openEvents, receive);
    again = () => stream.again();
  }
}
