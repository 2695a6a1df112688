// The two pages against an API that answers from sample data.
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forget } from '../api/resource.svelte';
import { clock } from '../app/clock.svelte';
import { pageKeys, press } from '../app/keys.svelte';
import { go } from '../app/router.svelte';
import { receive } from '../live/live.svelte';
import ReleasePage from './ReleasePage.svelte';
import ReleasesPage from './ReleasesPage.svelte';
import { gate, now, row, stage, view } from './sample.testdata';

const answers = new Map<string, { status: number; body: unknown }>();
let asked: string[] = [];
let sent: unknown;

beforeEach(() => {
  clock.now = now;
  asked = [];
  answers.clear();
  forget();
  go('/releases', true);
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    if (/\/(acts|incidents)$/.test(path)) return new Response(JSON.stringify(answers.get(path)?.body ?? []));
    asked.push(path);
    sent = request.method === 'POST' ? await request.json() : sent;
    const answer = answers.get(path) ?? { status: 404, body: { title: 'Not Found', status: 404, detail: `there is nothing at ${path}` } };
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  });
});
afterEach(() => { cleanup(); vi.unstubAllGlobals(); });
const open = (id: string, body: unknown, status = 200) => {
  answers.set(`/api/v1/releases/${id}`, { status, body });
  return render(ReleasePage, { params: { id } });
};

describe('the release page', () => {
  it('says the verdict first, as a state and a sentence', async () => {
    open('a1', view());
    const banner = (await screen.findByText(/Payments: never\./)).closest('p')!;
    expect(banner.textContent).toContain('No-go.');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Checkout 2026.48');
  });
  it('shows the eight stages in order and marks where it stands', async () => {
    open('a2', view());
    const items = within(await screen.findByRole('list', { name: 'Stages of this release' })).getAllByRole('listitem');
    expect(items.map((i) => i.querySelector('.name')!.textContent)).toEqual(['Plan', 'Assess', 'Changelog', 'Go/No-Go', 'Deploy', 'Validate', 'Announce', 'Review']);
    expect(items.filter((i) => i.getAttribute('aria-current') === 'step')).toEqual([items[3]]);
    expect(items[0]!.querySelector('button')!.title).toContain('window confirmed by 3 of 3 teams');
    await fireEvent.click(within(items[3]!).getByRole('button'));
    expect((await screen.findByText(/Release coordinator, due/)).textContent).toContain('in 3 h');
  });
  it('shows open gates with what to do and who can, and folds the rest', async () => {
    open('a3', view());
    const blocks = within(await screen.findByRole('region', { name: 'What blocks (1)' }));
    expect(blocks.getAllByRole('listitem').map((r) => r.textContent)).toEqual([expect.stringContaining('Is every rollback rehearsed?'), expect.stringContaining('Has security reviewed it?')]);
    expect(blocks.getAllByText(/by payments team/)).toHaveLength(2);
    expect(await blocks.findAllByRole('button', { name: 'Rehearse the rollback' })).toHaveLength(2);
    expect(blocks.getByText('Observed, would block later (1)')).toBeTruthy();
    expect(blocks.getByText('1 hold')).toBeTruthy();
  });
  it('opens a stage to its gates by button and by key', async () => {
    open('a4', view());
    await fireEvent.click(await screen.findByRole('button', { name: /Assess/ }));
    expect(within(screen.getByRole('region', { name: 'Assess' })).getByText('Is every rollback rehearsed?')).toBeTruthy();
    expect(press('1')).toBe(true);
    expect(await screen.findByRole('region', { name: 'Plan' })).toBeTruthy();
    expect(screen.queryByRole('region', { name: 'Assess' })).toBeNull();
  });
  it('says when a rollback was rehearsed, and that one never was', async () => {
    open('a5', view());
    const components = within(await screen.findByRole('region', { name: 'Components' }));
    expect(components.getByText('rehearsed 3h ago, took 3m 10s').className).not.toContain('missing');
    expect(components.getByText('never rehearsed').className).toContain('missing');
  });
  it('shows a running deployment step by step', async () => {
    go('/releases/a51?tab=run', true);
    const step = { id: 'stp_1', position: 1, service: 'web', phase: 'deploy' as const, name: 'Roll out', state: 'running' as const, outcome: '', owner: 'Bo', started_at: null, ended_at: null };
    open('a51', view({ run: { id: 'run_1', kind: 'deployment', state: 'running', sentence: '1 of 2 steps', started_at: '2026-11-20T11:00:00Z', ended_at: null, warnings: [], steps: [step, { ...step, position: 2, name: 'Check', state: 'failed', outcome: 'exit code 3' }] } }));
    expect((await screen.findByText('Roll out')).closest('li')!.textContent).toContain('Running');
    expect(screen.getByText('Check').closest('li')!.textContent).toContain('Failed: exit code 3');
  });
  it('never turns text from the server into markup or into a script link', async () => {
    open('a6', view({ spine: [stage(0, { current: true, gates: [gate({ value: '<img src=x onerror=alert(1)>', evidence: 'javascript:alert(1)' })] })] }));
    expect((await screen.findAllByText('<img src=x onerror=alert(1)>')).length).toBeGreaterThan(0);
    expect(document.querySelector('img, a[href^="javascript"]')).toBeNull();
  });
  it('says its state once, and shows commands as commands', async () => {
    open('a61', view({ sentence: 'No-go: 6 of 14 gates hold', spine: [stage(0, { current: true, gates: [gate({ blocks: false, next_step: 'read it (`evenkeel risk show 2`), then sign' })] })] }));
    expect((await screen.findByText(/6 of 14/)).textContent).toBe('No-go: 6 of 14 gates hold');
    expect(screen.getByText('evenkeel risk show 2').tagName).toBe('CODE');
  });
  it('empty parts name the next step', async () => {
    open('a7', view({ spine: [stage(0, { current: true })], scope: [], activity: [] }));
    expect(await screen.findByText('No changes yet')).toBeTruthy();
    expect(screen.getByText('Nothing blocks.')).toBeTruthy();
    await fireEvent.click(screen.getByRole('tab', { name: 'Story' }));
    expect(screen.getByText('Nothing has happened yet')).toBeTruthy();
  });
  it('a refusal of the API is told in its words, with a way to try again', async () => {
    open('a8', { title: 'Not Found', status: 404, detail: "there is no release 'a8'" }, 404);
    expect(await screen.findByText("there is no release 'a8'")).toBeTruthy();
    answers.set('/api/v1/releases/a8', { status: 200, body: view() });
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/Payments: never\./)).toBeTruthy();
  });
  it('is read again when an event names it, and not for others', async () => {
    const ofPage = () => asked.filter((path) => path === '/api/v1/releases/a9');
    open('a9', view());
    await screen.findByText(/Payments: never\./);
    answers.set('/api/v1/releases/a9', { status: 200, body: view({ state: 'go', sentence: 'All 9 hold.', spine: [] }) });
    receive({ kind: 'event', event: { name: 'release.moved', subject: 'rel_2', release: 'rel_2' } });
    await new Promise((done) => setTimeout(done, 150));
    expect(ofPage()).toHaveLength(1);
    for (let i = 0; i < 5; ++i) receive({ kind: 'event', event: { name: 'signoff.given', subject: 'sgn_1', release: 'rel_1' } });
    expect(await screen.findByText(/All 9 hold/)).toBeTruthy();
    expect(ofPage()).toHaveLength(2);
  });
});

describe('the releases', () => {
  const list = async (rows: unknown, status = 200) => {
    answers.set('/api/v1/releases', { status, body: rows });
    render(ReleasesPage);
    await vi.waitFor(() => expect(asked).toContain('/api/v1/releases'));
  };
  it('stand in a table with stage and verdict, filtered by the address', async () => {
    await list([row(), row({ id: 'rel_2', title: 'Search 7', area: 'search', state: 'go', sentence: 'All 5 hold.' })]);
    expect((await screen.findAllByRole('row')).length).toBe(3);
    expect(screen.getByRole('link', { name: 'Search 7' }).getAttribute('href')).toBe('/releases/rel_2');
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'search' } });
    expect(screen.getAllByRole('row').length).toBe(2);
    expect(location.search).toBe('?q=search');
  });
  it('are walked with j and k', async () => {
    await list([row(), row({ id: 'rel_2', title: 'Search 7', state: 'go', sentence: '' })]);
    await screen.findByRole('link', { name: 'Search 7' });
    expect(pageKeys.list.map((k) => k.keys)).toEqual(['/', 'j', 'k', 'Enter']);
    press('j');
    expect(document.activeElement?.textContent).toBe('Checkout 2026.48');
    press('j');
    expect(document.activeElement?.textContent).toBe('Search 7');
    press('k');
    expect(document.activeElement?.textContent).toBe('Checkout 2026.48');
  });
  it('when there are none, say how to plan the first', async () => {
    await list([]);
    expect(await screen.findByText('No releases planned')).toBeTruthy();
    expect(screen.getByText(/evenkeel release plan/)).toBeTruthy();
  });
  it('without a session ask to sign in, and are read again after it', async () => {
    answers.set('/api/v1/releases', { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'no session' } });
    render(ReleasesPage);
    const login = await screen.findByLabelText('Login');
    const submit = async () => {
      await fireEvent.input(login, { target: { value: 'ana' } });
      await fireEvent.input(screen.getByLabelText('Password'), { target: { value: 'correct horse' } });
      await fireEvent.submit(login.closest('form')!);
    };
    answers.set('/api/v1/session', { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'wrong' } });
    await submit();
    expect((await screen.findByRole('alert')).textContent).toBe('Login or password is not right.');
    expect((screen.getByLabelText('Password') as HTMLInputElement).value).toBe('');
    answers.set('/api/v1/session', { status: 200, body: { id: 'tok_1', secret: 's' } });
    answers.set('/api/v1/releases', { status: 200, body: [row()] });
    await submit();
    expect(await screen.findByRole('link', { name: 'Checkout 2026.48' })).toBeTruthy();
    expect(sent).toEqual({ login: 'ana', password: 'correct horse' });
  });
  it('ask for a code where there is a second factor, and keep the password meanwhile', async () => {
    answers.set('/api/v1/releases', { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'no session' } });
    render(ReleasesPage);
    const login = await screen.findByLabelText('Login');
    await fireEvent.input(login, { target: { value: 'ana' } });
    await fireEvent.input(screen.getByLabelText('Password'), { target: { value: 'correct horse' } });
    answers.set('/api/v1/session', { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'a code is needed', field: 'code' } });
    await fireEvent.submit(login.closest('form')!);
    const code = await screen.findByLabelText('Code of your second factor');
    expect(screen.getByRole('alert').textContent).toBe('Give a code of your second factor too.');
    await fireEvent.input(code, { target: { value: '123456' } });
    answers.set('/api/v1/session', { status: 200, body: { id: 'tok_1', secret: 's', enrol: true } });
    await fireEvent.submit(login.closest('form')!);
    expect(await screen.findByText(/needs a second factor/)).toBeTruthy();
    expect(sent).toEqual({ login: 'ana', password: 'correct horse', code: '123456' });
  });
});
