// The one form against an API that refuses, forgets its session, or does not answer.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import generated from '../generated/acts.json';
import ActForm from './ActForm.svelte';
import type { ActForm as Form } from './catalogue';
import { forgetLookups } from './lookups';

const acts = generated as unknown as Form[];
const move = acts.find((a) => a.id === 'release.cancel')!;
let sent: { key: string; body: unknown; path: string }[] = [];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  sent = [];
  sessionStorage.clear();
  forgetLookups();
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    if (request.method === 'GET') return new Response('[]');
    if (path === '/api/v1/session') return new Response('{"id":"tok","secret":"s"}');
    sent.push({ key: request.headers.get('Idempotency-Key')!, body: await request.json(), path });
    return answer();
  });
});
afterEach(() => { cleanup(); vi.unstubAllGlobals(); });

const open = (done = () => {}) => render(ActForm, { form: move, ask: { id: move.id, given: { release: 'rel_1' } }, done, cancel: () => {} });
const type = (text: string) => fireEvent.input(screen.getByLabelText(/Reason/), { target: { value: text } });
const send = () => fireEvent.click(screen.getByRole('button', { name: /Cancel the release|Send again/ }));
const problem = (body: object, status: number) => new Response(JSON.stringify({ title: 'No', status, type: '', ...body }), { status });

it('says beside the field what is missing, and sends nothing', async () => {
  open();
  await send();
  expect((await screen.findByRole('alert')).textContent).toContain('Reason: is needed');
  expect(screen.getByLabelText(/Reason/).getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(screen.getByRole('alert'));
  expect(sent).toEqual([]);
});
it('sends the same thing under the same key when no answer came, and another under another', async () => {
  answer = () => { throw new TypeError('failed'); };
  open();
  await type('too early');
  await send();
  expect((await screen.findByRole('alert')).textContent).toContain('Sending again is safe');
  answer = () => problem({ detail: 'no' }, 409);
  await send();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[0]!.key).toBe(sent[1]!.key);
  expect(sent[0]!.path).toBe('/api/v1/releases/rel_1/cancel');
  await type('too early indeed');
  await send();
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  expect(sent[2]!.key).not.toBe(sent[1]!.key);
});
it('shows a refusal with its rules, and the form of the next step', async () => {
  answer = () => problem({ detail: 'the release is being deployed', refusals: [{ rule: 'run_open', value: 'step 3 runs', limit: '', evidence: '', next_step: 'evenkeel deploy hold 1.2.0 --reason REASON', who: 'coordinator' }] }, 409);
  open();
  await type('x');
  await send();
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('the release is being deployed');
  expect(await screen.findByRole('button', { name: 'Steer the run' })).toBeTruthy();
});
it('keeps what was typed when the session has ended, and over a reload', async () => {
  answer = () => problem({ detail: 'sign in' }, 401);
  open();
  await type('because of the storm');
  await send();
  expect(await screen.findByText(/Your session has ended/)).toBeTruthy();
  cleanup();
  open();
  expect((screen.getByLabelText(/Reason/) as HTMLTextAreaElement).value).toBe('because of the storm');
  expect(screen.getByText(/Your draft is here again/)).toBeTruthy();
  answer = () => new Response('{}');
  await send();
  await vi.waitFor(() => expect(sessionStorage.length).toBe(0));
});
it('begins a dangerous act on Cancel', () => {
  render(ActForm, { form: move, ask: { id: move.id, given: { release: 'rel_1' }, danger: true }, done: () => {}, cancel: () => {} });
  expect(document.activeElement?.textContent).toBe('Cancel');
});
it('a field that is picked from names is a list before the names are here, and they are asked for again when they did not come', async () => {
  let come = () => {};
  let ended = true;
  const held = new Promise<void>((yes) => { come = yes; });
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    await held;
    if (!path.endsWith('/definitions/current')) return new Response('[]');
    if (ended) return problem({}, 401);
    return new Response(JSON.stringify({ body: JSON.stringify({ services: [{ name: 'lamps' }] }) }));
  });
  const incident = acts.find((a) => a.id === 'incident.open')!;
  const show = () => render(ActForm, { form: incident, ask: { id: incident.id }, done: () => {}, cancel: () => {} });
  const field = () => screen.getByLabelText(/^Service/);
  show();
  expect(field().tagName).toBe('SELECT');
  expect(field().getAttribute('aria-busy')).toBe('true');
  field().focus();
  come();
  await vi.waitFor(() => expect(field().tagName).toBe('INPUT')); // nothing to pick from: it is typed
  expect(document.activeElement).toBe(field());
  cleanup();
  ended = false;
  show();
  await screen.findByRole('option', { name: 'lamps' });
});
