// The definitions as forms: what would change is shown before it is applied, what is wrong stands beside its field, and who may not has no form.
import { expect, test } from '@playwright/test';
import { axe, complaintsOf, holds } from './look';
import { startShop } from './published';
import type { World } from './server';

let world: World;
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => { test.setTimeout(120_000); world = await startShop(); });
test.afterAll(() => world?.stop());

test('a freeze is changed: a wrong time is said at its field, the difference is shown, then it is in force', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/settings?tab=calendar');
  const complaints = complaintsOf(page);
  await page.getByRole('button', { name: 'Change Stocktaking' }).click();
  await expect(page.getByLabel(/^From/)).toHaveValue(/2026-06-29/);
  await page.getByLabel(/^From/).fill('some day');
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(page.getByLabel(/^From/)).toHaveAttribute('aria-invalid', 'true');
  await axe(page, 'a freeze with a wrong time');
  await page.getByLabel(/^From/).fill('2026-06-28 00:00');
  await page.getByLabel(/^Reason/).fill('the warehouse counts every lamp');
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(page.getByRole('heading', { name: /^\d+ difference/ })).toBeVisible();
  await axe(page, 'what would change');
  for (const [width, scheme] of [[1440, 'light'], [390, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `../build/screens/freeze-form-${width}-${scheme}.png`, fullPage: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  }
  await page.getByRole('button', { name: 'Apply definitions' }).click();
  await expect(page.getByText(/^Proposed\. It is in force once a second person agrees/)).toBeVisible(); // a freeze that begins earlier reaches production
  const rita = await world.open(browser, 'rita', '/settings?tab=calendar');
  await rita.getByRole('button', { name: 'Change Stocktaking' }).click();
  await rita.getByLabel(/^From/).fill('2026-06-28 00:00');
  await rita.getByLabel(/^Reason/).fill('the warehouse counts every lamp');
  await rita.getByRole('button', { name: 'What would change' }).click();
  await rita.getByRole('button', { name: 'Apply definitions' }).click();
  await expect(rita.getByText('Applied.')).toBeVisible();
  await expect(page.getByText('the warehouse counts every lamp')).toBeVisible();
  await rita.context().close();
  const current = (await (await page.request.get(world.url + '/api/v1/definitions/current')).json()) as { body: string };
  expect(JSON.parse(current.body).freezes[0].reason).toBe('the warehouse counts every lamp');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a gate gets its mode, a person a role, a channel comes and goes', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/settings?tab=gates');
  const apply = async () => {
    await page.getByRole('button', { name: 'What would change' }).click();
    await page.getByRole('button', { name: 'Apply definitions' }).click();
    await expect(page.getByRole('button', { name: 'Apply definitions' })).toHaveCount(0);
  };
  await page.getByRole('button', { name: 'Add a gate' }).click();
  await page.getByLabel(/^Name/).fill('risk_assessed');
  await page.getByRole('radio', { name: 'enforce' }).check();
  await apply();
  await expect(page.getByText('risk assessed')).toBeVisible();

  await page.goto(world.url + '/settings?tab=people');
  await page.getByRole('button', { name: 'Change Quinn Quality' }).click();
  const roles = page.getByRole('group', { name: /^Roles/ });
  await roles.getByRole('button', { name: /Add/ }).click();
  await roles.getByLabel(/^Role/).last().selectOption('support');
  await apply();
  await expect(page.getByRole('listitem').filter({ hasText: 'Quinn Quality' })).toContainText('qa, support');

  await page.goto(world.url + '/settings?tab=channels');
  await page.getByRole('button', { name: 'Add a channel' }).click();
  await page.getByLabel(/^Name/).fill('notes');
  await page.getByLabel(/^Kind/).selectOption('file');
  await page.getByLabel(/^Path/).fill(`${world.home}/NOTES.md`);
  await apply();
  await page.getByRole('button', { name: 'Take out notes' }).click();
  await page.getByRole('button', { name: 'Apply definitions' }).click();
  await expect(page.getByRole('button', { name: 'Take out notes' })).toHaveCount(0);
  await page.context().close();
});

test('who may not change definitions reads them', async ({ browser }) => {
  const page = await world.open(browser, 'pia', '/settings?tab=calendar');
  await expect(page.getByText('Stocktaking')).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Change|Take out|Add)/ })).toHaveCount(0);
  await page.context().close();
});

test('the forms hold on their screens', async ({ browser }) => {
  test.setTimeout(180_000);
  for (const tab of ['gates', 'calendar', 'channels', 'people'])
    await holds(browser, world, 'ada', `settings-${tab}`, `/settings?tab=${tab}`, (page) => page.getByRole('button', { name: /^Add a/ }).first().waitFor());
});
