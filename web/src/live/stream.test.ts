import { describe, expect, it } from 'vitest';
import { EventStream, type Message, type Source } from './stream';

class FakeSource implements Source {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  listeners = new Map<string, (event: MessageEvent<string>) => void>();
  constructor(readonly after: string) {}
  close() { this.closed = true; }
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void) { this.listeners.set(name, listener); }
  send(name: string, id: string, data: string) { this.listeners.get(name)!({ data, lastEventId: id } as MessageEvent<string>); }
}
function start() {
  const sources: FakeSource[] = [], told: Message[] = [], waits: number[] = [];
  let later = () => {};
  let time = 1000;
  const stream = new EventStream((after) => { const s = new FakeSource(after); sources.push(s); return s; }, (m) => told.push(m), (run, ms) => { waits.push(ms); later = run; }, () => time);
  return { sources, told, waits, stream, again: () => later(), at: (t: number) => { time = t; } };
}

describe('the event stream', () => {
  it('hands events on and says that it is live', () => {
    const t = start();
    t.sources[0]!.onopen!();
    t.sources[0]!.send('entry', '7', '{"kind":"release.planned","subject":"rel_1","release":"rel_1"}');
    expect(t.told).toEqual([{ kind: 'state', state: 'live', since: 1000 }, { kind: 'event', event: { name: 'release.planned', subject: 'rel_1', release: 'rel_1' } }]);
  });
  it('comes back after a loss from the last event on, waiting longer each time, offline at last', () => {
    const t = start();
    t.sources[0]!.onopen!();
    t.sources[0]!.send('entry', '41', '{"kind":"a","subject":"","release":""}');
    t.at(5000);
    for (let i = 0; i < 7; ++i) {
      t.sources.at(-1)!.onerror!();
      t.again();
    }
    expect(t.sources[0]!.closed).toBe(true);
    expect(t.sources.at(-1)!.after).toBe('41');
    expect(t.waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    expect(t.stream.standing).toEqual({ kind: 'state', state: 'offline', since: 5000 });
    t.sources.at(-1)!.onopen!();
    expect(t.told.at(-1)).toMatchObject({ state: 'live' });
    t.sources.at(-1)!.onerror!();
    expect(t.waits.at(-1)).toBe(1000);
  });
  it('tries at once when asked to, unless it is live', () => {
    const t = start();
    t.sources[0]!.onerror!();
    t.stream.again();
    expect(t.sources).toHaveLength(2);
    t.again();  // the wait that was running must not open a third
    expect(t.sources).toHaveLength(2);
    t.sources[1]!.onopen!();
    t.stream.again();
    expect(t.sources).toHaveLength(2);
  });
  it('does not come back once closed', () => {
    const t = start();
    t.sources[0]!.onerror!();
    t.stream.close();
    t.again();
    expect(t.sources).toHaveLength(1);
  });
});
