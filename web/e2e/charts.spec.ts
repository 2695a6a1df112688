// The charts of a screen: drawn when in sight, with one cursor, marked and named, and as values for who does not see them.
import { expect, test, type Page } from '@playwright/test';
import { axe, complaintsOf, holds } from './look';
import { publish, startShop } from './published';
import type { World } from './server';

let world: World, now: string;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  world = await startShop();
  await publish(world, '1.3.0', '1.2.0', '### New\n\n- You can now export orders as CSV.\n');
  now = new Date(Date.parse(await world.clock('now')) - 4 * 60_000).toISOString(); // when the last interval was judged
});
test.afterAll(() => world?.stop());

const drawnIn = (page: Page) => page.locator('.plot canvas');
const shift = (page: Page) => page.evaluate(() => new Promise<number>((told) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) if (!e.hadRecentInput) sum += e.value; }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => told(sum), 300);
}));
const light = [0x24, 0x56, 0xd6], dark = [0x84, 0xa9, 0xff]; // --c-canary
/** Whether the first chart has drawn with this colour. */
const paints = (page: Page, colour: number[]) => drawnIn(page).first().evaluate((canvas: HTMLCanvasElement, [r, g, b]) => {
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) return true;
  return false;
}, colour);
/** The watches of the page's release as the server gives them, with as many criteria as wanted, some of which fail. */
async function withCriteria(page: Page, many: number) {
  await page.route('**/watches', async (route) => {
    const response = await route.fetch(), all = await response.json();
    const [watch] = all, [metric] = watch.verdict.metrics, [curve] = watch.curves;
    const name = (i: number) => `criterion ${i}`, fails = (i: number) => i % 100 === 99;
    watch.verdict.metrics = Array.from({ length: many }, (_, i) => ({ ...metric, name: name(i), state: fails(i) ? 'breach' : 'healthy' }));
    watch.curves = Array.from({ length: many }, (_, i) => ({ ...curve, criterion: name(i), limit: 0.05, canary: Array.from({ length: 40 }, (_, t) => (t > 12 && t < 18 ? null : fails(i) && t > 25 ? 0.08 : 0.01 + (t % 5) / 1000)), control: Array.from({ length: 40 }, (_, t) => 0.009 + (t % 7) / 2000) }));
    await route.fulfill({ response, json: [watch] });
  });
}

test('a chart says its verdict, is marked where the deployment was, and its values are reached with the keyboard', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/deployments/1.3.0', { now });
  const complaints = complaintsOf(page);
  await expect(drawnIn(page).first()).toBeVisible();
  await expect(page.getByRole('img', { name: /^(no harm seen|healthy)\. error rate: 0\.20 % on the new version/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Show values of error rate' }).first().press('Enter');
  const values = page.getByRole('region', { name: 'Values of error rate' });
  await expect(values.getByRole('cell', { name: '0.20 %' }).first()).toBeVisible();
  await expect(values.getByText(/^deployment starts, \d\d:\d\d UTC/)).toBeVisible();
  await axe(page, 'values of a chart');
  expect(await shift(page)).toBeLessThan(0.02);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('of three hundred criteria those that fail come first, the rest folds, and one cursor goes through all that is drawn', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/sign-in', { now });
  await withCriteria(page, 300);
  await page.goto(world.url + '/deployments/1.3.0');
  await expect(page.getByRole('button', { name: '+ 288 go' })).toBeVisible();
  await expect(page.getByRole('img', { name: /^breach\. criterion 99/ })).toBeVisible();
  await expect(drawnIn(page).nth(1)).toBeVisible();
  await page.locator('.plot').first().hover({ position: { x: 200, y: 80 } });
  const said = await page.locator('.legend .when').first().textContent();
  expect(said).toMatch(/\d\d:\d\d UTC/);
  await expect(page.locator('.legend .when').nth(1)).toHaveText(said!);
  await page.locator('.plot').first().screenshot({ path: '../build/screens/chart-light.png' });
  expect(await paints(page, light)).toBe(true);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => paints(page, dark)).toBe(true);
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' }); // paper is light
  await expect.poll(() => paints(page, light)).toBe(true);
  await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
  await page.getByRole('button', { name: '+ 288 go' }).click();
  await expect(page.getByRole('img', { name: /^healthy\. criterion 298/ })).toBeAttached();
  expect(await drawnIn(page).count()).toBeLessThan(40); // what is out of sight is not drawn
  await page.context().close();
});

test('charts hold on their screens', async ({ browser }) => {
  test.setTimeout(180_000);
  const drawn = (page: Page) => drawnIn(page).first().waitFor();
  await holds(browser, world, 'ada', 'cockpit-charts', '/deployments/1.3.0', drawn, now);
  await holds(browser, world, 'ada', 'report-charts', '/reports/1.3.0/15m', drawn, now);
  await holds(browser, world, 'ada', 'delivery-charts', '/dora', (page) => page.getByText(/n = /).first().waitFor(), now);
});
