// The public changelog and the widget in a real browser: no script needed for the one, a strict content policy for the other.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startPublished } from './published';
import type { World } from './server';

let world: World;
let shop: Server;
let shopUrl = '', month = '', quarter = '';

const notes = [
  ['1.3.0', '### New\n\n- You can now export orders as CSV.\n- Wish lists. [Read more](https://shop.test/lists)\n\n### Fixed\n\n- Search finds names with accents again.\n'],
  ['1.4.0', '### You may need to act\n\n- Old API keys stop working on 1 March.\n\n### Safer\n\n- Sign-in asks for a second factor. <script>alert(1)</script>\n'],
] as const;

test.beforeAll(async () => {
  test.setTimeout(180_000); // two whole releases
  world = await startPublished(notes);
  const now = await world.clock('now');
  month = now.slice(0, 7);
  quarter = `${now.slice(0, 4)}-Q${Math.ceil(Number(now.slice(5, 7)) / 3)}`;
  // Somebody else's page, under a policy that allows the changelog's server and nothing inline.
  shop = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', `default-src 'none'; script-src ${world.url}; connect-src ${world.url}; base-uri 'none'`);
    response.end(`<!doctype html><html lang="${request.url === '/de' ? 'de' : 'en'}"><head><title>Shop</title></head><body><main><h1>Shop</h1>
<evenkeel-changelog src="${request.url === '/broken' ? 'http://127.0.0.1:9' : world.url}"></evenkeel-changelog></main>
<script src="${world.url}/changelog/widget.js" defer></script></body></html>`);
  });
  await new Promise<void>((done) => shop.listen(0, '127.0.0.1', done));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
});
test.afterAll(() => { world?.stop(); shop?.close(); });

for (const scheme of ['light', 'dark'] as const)
  for (const width of [390, 1440])
    test(`the public pages hold without script at ${width} px in ${scheme}`, async ({ browser }) => {
      const plain = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, javaScriptEnabled: false });
      const page = await plain.newPage();
      await page.goto(world.url + '/changelog');
      await expect(page.getByRole('heading', { name: '1.4.0' })).toBeVisible();
      await expect(page.getByText('export orders as CSV')).toBeVisible();
      await page.goto(world.url + '/changelog#1.3.0-2');
      await expect(page.locator('li:target')).toContainText('Wish lists');
      await page.screenshot({ path: `../build/screens/changelog-${width}-${scheme}.png`, fullPage: true });
      await page.goto(world.url + '/changelog/subscribe');
      await page.screenshot({ path: `../build/screens/subscribe-${width}-${scheme}.png`, fullPage: true });
      await plain.close();
      const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, bypassCSP: true });
      const measured = await context.newPage();
      for (const path of ['/changelog', '/changelog/1.4.0', '/changelog/subscribe', `/changelog/archive/${month}`, '/changelog?q=orders', `/changelog/digests/${quarter}`]) {
        await measured.goto(world.url + path);
        expect(await measured.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBe(0);
        expect((await new AxeBuilder({ page: measured }).analyze()).violations.map((v) => `${v.id}: ${v.nodes[0].html}`), path).toEqual([]);
      }
      await context.close();
    });

test('the public page sends no script, no cookie and asks nobody else', async ({ page, request }) => {
  const answer = await request.get(world.url + '/changelog');
  expect(answer.headers()['set-cookie']).toBeUndefined();
  expect(answer.headers()['content-security-policy']).toContain("default-src 'none'");
  expect(await answer.text()).not.toContain('<script');
  const asked: string[] = [];
  page.on('request', (r) => asked.push(new URL(r.url()).origin));
  await page.goto(world.url + '/changelog');
  expect(new Set(asked)).toEqual(new Set([world.url]));
});

test('the widget works under a strict policy, shows what is unread once, and gives the focus back', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (m) => { if (m.type() === 'error') complaints.push(m.text()); });
  page.on('pageerror', (e) => complaints.push(String(e)));
  let feeds = 0;
  page.on('request', (r) => { if (r.url().endsWith('/feed.json')) feeds++; });
  await page.goto(shopUrl);
  const button = page.getByRole('button', { name: /What is new \(2 unread\)/ });
  await expect(button).toBeVisible();
  await button.click();
  const dialog = page.getByRole('dialog', { name: 'What is new' });
  await expect(dialog.getByRole('heading', { name: '1.4.0' })).toBeVisible();
  expect(await dialog.locator('script, [onclick], [onerror]').count()).toBe(0); // markup of a note stays text
  await page.screenshot({ path: '../build/screens/widget.png' });
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'What is new' })).toBeFocused();
  await page.reload();
  await expect(page.getByRole('button', { name: 'What is new', exact: true })).toBeVisible();
  expect(feeds).toBe(1); // once a session
  await page.goto(shopUrl + '/de');
  await expect(page.getByRole('button', { name: 'Was ist neu' })).toBeVisible();
  expect(complaints).toEqual([]);
});

test('a widget whose server is away shows nothing and breaks nothing', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(String(e)));
  await page.goto(shopUrl + '/broken');
  await page.waitForTimeout(500);
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('the widget is at most 8 KB', async ({ request }) => {
  const { gzipSync } = await import('node:zlib');
  const body = await (await request.get(world.url + '/changelog/widget.js')).body();
  expect(gzipSync(body).length).toBeLessThanOrEqual(8192);
});
