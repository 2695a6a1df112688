// What the pages cost a browser, each figure beside its limit: how soon they are whole on a fast and on a slow line, how much they take while
// data stream in, and whether a tab that stays open grows. Figures depend on the machine, so this is asked for by name: `npm run numbers`.
// They stay in build/numbers.txt.
import { expect, test, type CDPSession, type Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { startWithTwoReleases } from './published';
import type { World } from './server';

let world: World;
const lines: string[] = [], over: string[] = [];
function note(what: string, value: number, limit: number, unit: string) {
  const line = `${what.padEnd(66)} ${String(Math.round(value * 100) / 100).padStart(8)} ${unit} of ${limit} ${unit}`;
  lines.push(line);
  if (value > limit) over.push(line);
  writeFileSync('../build/numbers.txt', lines.join('\n') + '\n');
}
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(300_000);
  world = await startWithTwoReleases();
});
test.afterAll(() => {
  world?.stop();
  console.log('\n' + lines.join('\n'));
});

type Watched = { __lcp: number; __cls: number; __inp: number; __tick: () => void };
/** A browser that has seen nothing of ours yet, with its meters on. */
async function fresh(browser: Parameters<World['open']>[0], streams = false): Promise<{ page: Page; cdp: CDPSession }> {
  const page = await world.open(browser, 'ada', '/api/v1/releases');
  await page.addInitScript((own) => {
    const w = window as unknown as Watched;
    [w.__lcp, w.__cls, w.__inp] = [0, 0, 0];
    const on = (type: string, take: (e: never) => void) => new PerformanceObserver((list) => { for (const e of list.getEntries()) take(e as never); }).observe({ type, buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
    on('largest-contentful-paint', (e: { startTime: number }) => { w.__lcp = e.startTime; });
    on('layout-shift', (e: { value: number; hadRecentInput: boolean }) => { if (!e.hadRecentInput) w.__cls += e.value; });
    on('event', (e: { duration: number; interactionId: number }) => { if (e.interactionId) w.__inp = Math.max(w.__inp, e.duration); });
    if (!own) return;
    // Events come when the test says so.
    delete (window as Partial<Window & { SharedWorker: unknown }>).SharedWorker;
    window.EventSource = class extends EventTarget {
      onopen: (() => void) | null = null;
      constructor() {
        super();
        setTimeout(() => this.onopen?.(), 0);
        w.__tick = () => { for (const release of [document.documentElement.dataset['about'] ?? '']) this.dispatchEvent(new MessageEvent('entry', { data: JSON.stringify({ kind: 'watch.judged', subject: '', release }) })); };
      }
      close() { /* nothing is open */ }
    } as unknown as typeof EventSource;
  }, streams);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' }); // what other programs take of this machine is not counted
  return { page, cdp };
}
async function slow(cdp: CDPSession) {
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}
const meter = (page: Page, name: keyof Watched) => page.evaluate((key) => (window as unknown as Watched)[key] as number, name);
const metric = async (cdp: CDPSession, name: string) => (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === name)!.value;

for (const [what, path, whole, slowly, limit] of [
  ['release page, desktop', '/releases/1.4.0', /What blocks/, false, 800], ['release page, slow 4G and a quarter of the CPU', '/releases/1.4.0', /What blocks/, true, 1800], ['cockpit, slow 4G and a quarter of the CPU', '/deployments/1.3.0', /What happened/, true, 2500],
] as const)
  test(`largest paint: ${what}`, async ({ browser }) => {
    const paints: number[] = [], shifts: number[] = [];
    for (let i = 0; i < 3; ++i) { // another program on this machine only ever makes it later
      const { page, cdp } = await fresh(browser);
      if (slowly) await slow(cdp);
      await page.goto(world.url + path);
      await page.getByText(whole).first().waitFor();
      await expect.poll(() => meter(page, '__lcp')).toBeGreaterThan(0);
      paints.push(await meter(page, '__lcp'));
      shifts.push(await meter(page, '__cls'));
      await page.context().close();
    }
    note(`largest paint, ${what}`, Math.min(...paints), limit, 'ms');
    note(`layout shift, ${what}`, Math.max(...shifts), 0.02, '');
  });

test('an interaction answers at once', async ({ browser }) => {
  const { page } = await fresh(browser);
  await page.goto(world.url + '/releases/1.4.0');
  for (const tab of ['Notes', 'Decision', 'People', 'Story', 'Changes']) await page.getByRole('tab', { name: tab }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Do or open' }).pressSequentially('waive');
  await expect(page.getByRole('option', { name: /^Waive a gate/ })).toBeVisible();
  note('slowest of a dozen interactions with a release and the palette', await meter(page, '__inp'), 100, 'ms');
  await page.context().close();
});

test('six charts that stream, and a tab that stays open', async ({ browser }) => {
  test.setTimeout(180_000);
  const { page, cdp } = await fresh(browser, true);
  let ticks = 0;
  await page.route('**/watches', async (route) => {
    const response = await route.fetch(), all = await response.json();
    const [watch] = all, [first] = watch.verdict.metrics, [curve] = watch.curves, length = 300; // five minutes of seconds
    ticks += 1;
    const values = (phase: number) => Array.from({ length }, (_, t) => 0.01 + ((t + ticks + phase) % 17) / 1000);
    watch.verdict.metrics = Array.from({ length: 6 }, (_, i) => ({ ...first, name: `criterion ${i}` }));
    watch.curves = Array.from({ length: 6 }, (_, i) => ({ ...curve, criterion: `criterion ${i}`, canary: values(i), control: values(i + 5) }));
    await route.fulfill({ response, json: [watch] });
  });
  await page.goto(world.url + '/deployments/1.3.0');
  await expect(page.locator('.plot canvas').first()).toBeVisible();
  const release = ((await (await page.request.get(world.url + '/api/v1/releases/1.3.0')).json()) as { release: { id: string } }).release.id;
  await page.evaluate((id) => { document.documentElement.dataset['about'] = id; }, release);
  const tick = async () => {
    const before = ticks;
    await page.evaluate(() => (window as unknown as Watched).__tick());
    await expect.poll(() => ticks, { intervals: [20] }).toBeGreaterThan(before);
  };
  await tick();
  const began = Date.now(), busy = await metric(cdp, 'TaskDuration');
  for (let i = 1; i <= 10; ++i) {
    await tick();
    await expect.poll(() => Date.now() - began, { intervals: [50] }).toBeGreaterThan(i * 1000);
  }
  note('main thread while six charts of 300 points get new ones at 1 Hz', ((await metric(cdp, 'TaskDuration')) - busy) * 1000 / ((Date.now() - began) / 1000), 25, 'ms/s');
  const heap = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return (await metric(cdp, 'JSHeapUsedSize')) / 1024 / 1024;
  };
  for (let i = 0; i < 20; ++i) await tick();
  const early = await heap();
  for (let i = 0; i < 120; ++i) await tick();
  const late = await heap();
  note('heap of the cockpit after 150 rounds of data', late, 25, 'MB');
  note('its growth over the last 120', Math.max(0, late - early), 1, 'MB');
  await page.context().close();
});

test('every figure keeps its limit', () => expect(over).toEqual([]));
