// The example's own definitions through the forms of Settings: every row opens and is saved as it was; a step, a criterion and a connection are
// changed; what was typed outlives a reload and a session.
import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { axe, complaintsOf, holds } from './look';
import { startWorld, type World } from './server';

let world: World, metrics: Server;
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(120_000);
  metrics = createServer((_, answer) => answer.setHeader('Content-Type', 'application/json').end('{"status":"success","data":{"resultType":"vector","result":[]}}'));
  await new Promise<void>((done) => metrics.listen(0, '127.0.0.1', done));
  const filled: Record<string, string> = { PROMETHEUS: `http://127.0.0.1:${(metrics.address() as AddressInfo).port}`, SMTP: 'smtp://127.0.0.1:9', PAGER: 'http://127.0.0.1:9', FLAGS: 'http://127.0.0.1:9', REPO: '@HOME@/repo', PUBLIC: 'https://shop.example/changelog', SHOP: '@HOME@/shop', FREEZE_FROM: '2027-12-01 00:00', FREEZE_UNTIL: '2027-12-08 00:00', NEXT_FREEZE_FROM: '2027-12-20 00:00', NEXT_FREEZE_UNTIL: '2027-12-27 00:00' };
  world = await startWorld({ yaml: Object.entries(filled).reduce((text, [name, value]) => text.replaceAll(`@${name}@`, value), readFileSync('../examples/shop/evenkeel.yaml', 'utf8')) });
});
test.afterAll(() => {
  metrics?.close();
  world?.stop();
});
const differences = (page: Page) => page.getByRole('heading', { name: /^(\d+ differences?|Nothing changes)$/ });
const inForce = async (page: Page) => JSON.parse(((await (await page.request.get(world.url + '/api/v1/definitions/current')).json()) as { body: string }).body);

test('every row that is opened and saved without a change is no difference', async ({ browser }) => {
  test.setTimeout(240_000);
  const page = await world.open(browser, 'ada', '/settings');
  const complaints = complaintsOf(page);
  let rows = 0;
  for (const tab of ['', 'services', 'people', 'gates', 'calendar', 'channels']) {
    await page.goto(`${world.url}/settings?tab=${tab}`);
    await page.getByRole('button', { name: /^Add an? / }).first().waitFor();
    const names = await page.getByRole('button', { name: /^Change / }).evaluateAll((all) => all.map((b) => b.getAttribute('aria-label') ?? ''));
    expect(names.length, tab).toBeGreaterThan(1);
    for (const name of names) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('button', { name: 'What would change' }).click();
      await expect.soft(differences(page), name).toHaveText('Nothing changes');
      await page.getByRole('button', { name: 'Cancel' }).click();
      rows += 1;
    }
  }
  expect(rows).toBeGreaterThan(25);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a service: a step gets its timeout, a criterion comes, and nothing else changes', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/services/checkout?tab=criteria');
  const complaints = complaintsOf(page);
  await page.getByRole('link', { name: 'Change the criteria' }).click();
  const deploy = page.getByRole('group', { name: /^Deploy/ });
  await deploy.getByText('2. let the canary be scraped').click();
  await deploy.getByLabel(/^Wait/).and(page.locator(':visible')).fill('8s');
  const criteria = page.getByRole('group', { name: /^Criteria/ });
  await criteria.getByRole('button', { name: 'Add to “Criteria”' }).click();
  await criteria.getByLabel(/^Name/).and(page.locator(':visible')).last().fill('cart errors');
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(page.getByRole('alert')).toContainText(/Kind: is needed/i);
  await criteria.getByLabel(/^Kind/).and(page.locator(':visible')).last().selectOption('rate');
  await criteria.getByLabel(/^Total/).and(page.locator(':visible')).last().fill('carts_total{$side}');
  await criteria.getByLabel(/^Events/).and(page.locator(':visible')).first().fill('carts_failed_total{$side}');
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(differences(page)).toHaveText('1 difference');
  await expect(page.getByText(/Deploy, let the canary be scraped, wait/i)).toContainText('8s');
  for (const [width, scheme] of [[1440, 'light'], [1440, 'dark'], [390, 'light'], [390, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `../build/screens/service-form-${width}-${scheme}.png`, fullPage: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  }
  await axe(page, 'a service as a form');
  const before = await inForce(page);
  await page.getByRole('button', { name: 'Apply definitions' }).click();
  await expect(page.getByText(/^(Applied\.|Proposed\.)/)).toBeVisible();
  if (JSON.stringify(await inForce(page)) === JSON.stringify(before)) { // it reaches production: a second person agrees
    const [proposal] = (await (await page.request.get(world.url + '/api/v1/definitions/proposals')).json()) as { id: string; may_agree: string[] }[];
    world.by(proposal!.may_agree[0]!, 'definitions', 'agree', proposal!.id);
  }
  const after = await inForce(page);
  const [was, is] = [before, after].map((o: { services: { name: string; deploy: { wait: string }[]; health: { criteria: { name: string }[] } }[] }) => o.services.find((s) => s.name === 'checkout')!);
  expect(is!.health.criteria.map((c) => c.name)).toEqual([...was!.health.criteria.map((c) => c.name), 'cart errors']);
  expect(is!.deploy.map((s, i) => ({ ...s, ...(i === 1 ? { wait: was!.deploy[1]!.wait } : {}) }))).toEqual(was!.deploy);
  expect(is!.deploy[1]!.wait).toBe('8s');
  expect({ ...after, services: [] }).toEqual({ ...before, services: [] });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a connection is tested from its row, is told what answered and after how long, and its fields follow from its kind', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/settings');
  const complaints = complaintsOf(page);
  await page.getByRole('button', { name: 'Test prometheus' }).click();
  await expect(page.getByText(/prometheus: reachable.*after \d+ ms/)).toBeVisible();
  await page.getByRole('button', { name: 'Test flags' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'flags' }).getByRole('status')).toContainText(/after \d+ ms/);
  await page.getByRole('button', { name: 'Add a connection' }).click();
  await expect(page.getByLabel(/^URL/)).toHaveCount(0);
  await page.getByLabel(/^Name/).fill('second');
  await page.getByLabel(/^Kind/).selectOption('smtp');
  await expect(page.getByLabel(/^From/)).toBeVisible();
  await page.getByLabel(/^Kind/).selectOption('prometheus');
  await expect(page.getByLabel(/^From/)).toHaveCount(0);
  await page.getByLabel(/^URL/).fill('http://metrics.example:9090');
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(differences(page)).toHaveText('1 difference');
  await axe(page, 'a new connection');
  await page.getByRole('button', { name: 'Apply definitions' }).click();
  await expect(page.getByText('second', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Change second' }).click();
  await page.getByLabel(/^Kind/).selectOption('flags'); // what only the old kind has goes with it
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(differences(page)).toHaveText('1 difference');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('what was typed is there after a reload, and over an ended session', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/settings?tab=services');
  await page.getByRole('button', { name: 'Change catalog' }).click();
  await page.getByLabel(/^Capabilities/).fill('browse lamps\nfind lamps');
  await page.reload();
  await expect(page.getByText('Your draft is here again.')).toBeVisible();
  await expect(page.getByLabel(/^Capabilities/)).toHaveValue('browse lamps\nfind lamps');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(page.getByText(/Your session has ended/)).toBeVisible();
  await page.getByLabel('Login').fill(world.login);
  await page.getByLabel('Password').fill(world.password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await expect(differences(page)).toHaveText('1 difference');
  await expect(page.getByLabel(/^Capabilities/)).toHaveValue('browse lamps\nfind lamps');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Change catalog' }).waitFor();
  await expect(page.getByText('Your draft is here again.')).toHaveCount(0);

  await page.goto(world.url + '/settings?tab=definitions');
  const whole = page.getByRole('textbox', { name: 'Definitions' });
  await whole.fill('{"name": ');
  await page.reload();
  await expect(whole).toHaveValue('{"name": ');
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(page.getByRole('alert')).toContainText('This is not JSON');
  await page.getByRole('button', { name: 'Begin afresh' }).click();
  await expect(whole).toHaveValue(/Lamp shop/);
  await page.context().close();
});

test('the forms hold on their screens', async ({ browser }) => {
  test.setTimeout(180_000);
  for (const [tab, name] of [['connections', 'prometheus'], ['services', 'checkout']] as const)
    await holds(browser, world, 'ada', `settings-${tab}`, `/settings?tab=${tab}`, (page) => page.getByRole('button', { name: `Change ${name}` }).waitFor());
});
