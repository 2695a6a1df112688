// The release page in people's hands: what blocks has a button, what is refused says why and who, nothing typed is lost.
import { expect, test } from '@playwright/test';
import { axe, complaintsOf, holds } from './look';
import { prepare, startShop, vote } from './published';
import type { World } from './server';

let world: World;
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  world = await startShop(new Date().toISOString());
  await prepare(world, '1.4.0', '1.3.0', { rehearsed: false });
});
test.afterAll(() => world?.stop());
const path = '/releases/shop/1.4.0';

test('an unrehearsed rollback blocks, and its button rehearses it', async ({ browser }) => {
  const page = await world.open(browser, 'rita', path);
  const complaints = complaintsOf(page);
  const blocks = page.getByRole('region', { name: /What blocks/ });
  await expect(blocks.getByText(/rollback of catalog was never rehearsed/)).toBeVisible();
  await blocks.getByRole('button', { name: 'Rehearse the rollback' }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel(/Service/)).toHaveValue('catalog');
  await axe(page, 'the form of an act');
  await dialog.getByRole('button', { name: 'Rehearse the rollback' }).click();
  await expect(page.getByText('Done: Rehearse the rollback.')).toBeVisible();
  await world.clock('advance 10s');
  await expect(blocks.getByText(/never rehearsed/)).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test('who may not decide is told why and who can', async ({ browser }) => {
  const page = await world.open(browser, 'pia', `${path}?tab=decision`);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Decide' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Who can: coordinator (Ada Brandt)')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toHaveCount(0);
});

test('a go that is refused names each rule with its next step, and the reason stays', async ({ browser }) => {
  const page = await world.open(browser, 'ada', `${path}?tab=decision`);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Decide' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('go', { exact: true }).check();
  await dialog.getByLabel(/Reason/).fill('the shop waits for it');
  await dialog.getByRole('button', { name: 'Decide' }).click();
  await expect(dialog.getByRole('alert')).toContainText('quorum');
  await expect(dialog.getByRole('alert')).toBeFocused();
  await axe(page, 'a refusal');
  await page.screenshot({ path: '../build/screens/refusal-1440-light.png' });
  await page.reload();
  await page.getByRole('tabpanel').getByRole('button', { name: 'Decide' }).click();
  await expect(dialog.getByText('Your draft is here again.')).toBeVisible();
  await expect(dialog.getByLabel(/Reason/)).toHaveValue('the shop waits for it');
  await page.context().close();
});

test('a vote is given with the keyboard alone, after the assessment was read', async ({ browser }) => {
  const page = await world.open(browser, 'pia', path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/Not now/)).toBeVisible(); // the assessment was not read: the next step stands there
  await dialog.getByRole('button', { name: 'I have read the assessment' }).press('Enter');
  await page.getByRole('dialog').last().getByRole('button', { name: 'I have read the assessment' }).press('Enter');
  await expect(page.getByText('Done: I have read the assessment.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('s');
  await dialog.getByLabel('Role').selectOption('product');
  await dialog.getByLabel('Role').press('Enter');
  await dialog.getByRole('button', { name: 'Sign' }).press('Enter');
  await expect(page.getByText('Done: Sign.')).toBeVisible();
  await page.context().close();
});

test('the session ends in the middle of a form: signed in again, the same words are sent', async ({ browser }) => {
  for (const [login, role] of [['eli', 'engineering_lead'], ['quinn', 'qa']]) vote(world, '1.4.0', login!, role!);
  const page = await world.open(browser, 'ada', `${path}?tab=decision`);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Decide' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('go', { exact: true }).check();
  await dialog.getByLabel(/Reason/).fill('all signed');
  await page.context().clearCookies();
  await dialog.getByRole('button', { name: 'Decide' }).click();
  await dialog.getByLabel('Login').fill(world.login);
  await dialog.getByLabel('Password').fill(world.password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog.getByLabel(/Reason/)).toHaveValue('all signed');
  await dialog.getByRole('button', { name: 'Decide' }).click();
  await expect(page.getByText('Done: Decide.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start the deployment' }).first()).toBeVisible();
  await page.context().close();
});

test('the palette finds an act and fills in what the page is about', async ({ browser }) => {
  const page = await world.open(browser, 'ada', path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Do or open' }).fill('cancel rel');
  await axe(page, 'the palette');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading')).toHaveText('Cancel a release');
  await expect(dialog.getByLabel('Release')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.context().close();
});

for (const tab of ['changes', 'notes', 'run', 'health', 'decision', 'people', 'story'])
  test(`the release page holds: ${tab}`, async ({ browser }) => {
    await holds(browser, world, 'ada', `release-${tab}`, `${path}?tab=${tab}`, async (page) => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('load').catch(() => {});
    });
  });
