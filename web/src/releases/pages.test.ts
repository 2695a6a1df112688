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
import { gate, now, row, view } from './sample.testdata';

const answers = new Map<string, { status: number; body: unknown }>();
let asked: string[] = [];

beforeEach(() => {
  clock.now = now;
  asked = [];
  answers.clear();
  forget();
  go('/releases', true);
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
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
    const banner = (await screen.findByText(/7 of 9 hold/)).closest('p')!;
    expect(banner.textContent).toContain('No-go.');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Checkout 2026.48');
  });
  it('shows the eight stages in order and marks where it stands', async () => {
    open('a2', view());
    const items = within(await screen.findByRole('list', { name: 'Stages of this release' })).getAllByRole('listitem');
    expect(items.map((i) => i.querySelector('.name')!.textContent)).toEqual(['Plan', 'Assess', 'Changelog', 'Go/No-Go', 'Deploy', 'Validate', 'Announce', 'Review']);
    expect(items.filter((i) => i.getAttribute('aria-current') === 'step')).toEqual([items[3]]);
    expect(items[3]!.textContent).toContain('ana, due in 3 h');
    expect(items[0]!.textContent).toContain('window confirmed by 3 of 3 teams');
  });
  it('shows open gates with what to do and who can, and folds the rest', async () => {
    open('a3', view());
    const gates = within(await screen.findByRole('region', { name: 'Gates' }));
    expect(gates.getAllByRole('row').slice(1).map((r) => r.children[1]!.textContent)).toEqual(['Is every rollback rehearsed?', 'Has security reviewed it?']);
    expect(gates.getAllByText('by payments team')).toHaveLength(2);
    await fireEvent.click(gates.getByRole('button', { name: /\+ 1 go/ }));
    expect(gates.getByText('Is the window set?')).toBeTruthy();
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
    const scope = within(await screen.findByRole('region', { name: 'Scope' }));
    expect(scope.getByText('rehearsed 3 h ago, took 3m 10s')).toBeTruthy();
    expect(scope.getByText('not rehearsed')).toBeTruthy();
  });
  it('never turns text from the server into markup or into a script link', async () => {
    open('a6', view({ gates: [gate({ value: '<img src=x onerror=alert(1)>', evidence: 'javascript:alert(1)' })] }));
    expect(await screen.findByText('<img src=x onerror=alert(1)>')).toBeTruthy();
    expect(document.querySelector('img, a[href^="javascript"]')).toBeNull();
  });
  it('empty parts name the next step', async () => {
    open('a7', view({ gates: [], components: [], activity: [] }));
    expect(await screen.findByText('No changes yet')).toBeTruthy();
    expect(screen.getByText('No gates yet')).toBeTruthy();
    expect(screen.getByText('Nothing has happened yet')).toBeTruthy();
  });
  it('a refusal of the API is told in its words, with a way to try again', async () => {
    open('a8', { title: 'Not Found', status: 404, detail: "there is no release 'a8'" }, 404);
    expect(await screen.findByText("there is no release 'a8'")).toBeTruthy();
    answers.set('/api/v1/releases/a8', { status: 200, body: view() });
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/7 of 9 hold/)).toBeTruthy();
  });
  it('is read again when an event names it, and not for others', async () => {
    open('a9', view());
    await screen.findByText(/7 of 9 hold/);
    answers.set('/api/v1/releases/a9', { status: 200, body: view({ release: row({ verdict: { state: 'go', sentence: 'All 9 hold.' } }) }) });
    receive({ kind: 'event', event: { id: '1', name: 'release.changed', data: '{"release":"other"}' } });
    expect(asked).toHaveLength(1);
    receive({ kind: 'event', event: { id: '2', name: 'release.changed', data: '{"release":"a9"}' } });
    expect(await screen.findByText(/All 9 hold/)).toBeTruthy();
    expect(asked).toHaveLength(2);
  });
});

describe('the releases', () => {
  const list = async (rows: unknown, status = 200) => {
    answers.set('/api/v1/releases', { status, body: rows });
    render(ReleasesPage);
    await vi.waitFor(() => expect(asked).toContain('/api/v1/releases'));
  };
  it('stand in a table with stage and verdict, filtered by the address', async () => {
    await list([row(), row({ id: 'rel_2', title: 'Search 7', area: 'search', verdict: { state: 'go', sentence: 'All 5 hold.' } })]);
    expect((await screen.findAllByRole('row')).length).toBe(3);
    expect(screen.getByRole('link', { name: 'Search 7' }).getAttribute('href')).toBe('/releases/rel_2');
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'search' } });
    expect(screen.getAllByRole('row').length).toBe(2);
    expect(location.search).toBe('?q=search');
  });
  it('are walked with j and k', async () => {
    await list([row(), row({ id: 'rel_2', title: 'Search 7', verdict: { state: 'go', sentence: '' } })]);
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
  it('without a session ask to sign in', async () => {
    answers.set('/api/v1/releases', { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'no session' } });
    render(ReleasesPage);
    expect(await screen.findByText('You are not signed in')).toBeTruthy();
  });
});
