// What people meet on a bad day: the server goes away, a session ends in the middle of a form, two write in one text, and somebody may not.
import { expect, test } from '@playwright/test';
import { axe, complaintsOf } from './look';
import { prepare, startShop, vote, voters } from './published';
import type { World } from './server';

let world: World;
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(300_000);
  world = await startShop();
  await prepare(world, '1.4.0', '1.3.0');
  world.as('entries', 'draft', '1.4.0');
});
test.afterAll(() => world?.stop());

test('a session that ends in a form keeps what was typed, and goes on after signing in again', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/incidents');
  await page.getByRole('button', { name: 'Report an incident' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('Lamps flicker');
  await dialog.getByLabel(/Service/).selectOption('catalog');
  await page.context().clearCookies();
  await dialog.getByRole('button', { name: 'Report an incident' }).click();
  await dialog.getByLabel('Login').fill('ada');
  await axe(page, 'a session that ended in a form');
  await dialog.getByLabel('Password').fill(world.password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog.getByLabel('Title')).toHaveValue('Lamps flicker');
  await dialog.getByRole('button', { name: 'Report an incident' }).click();
  await expect(page.getByText('Done: Report an incident.')).toBeVisible();

  // The same when the page itself was left for the sign-in page.
  await page.getByRole('button', { name: 'Report an incident' }).click();
  await dialog.getByLabel('Title').fill('Lamps hum');
  await page.context().clearCookies();
  await page.reload();
  await page.getByLabel('Login').fill('ada');
  await page.getByLabel('Password').fill(world.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/incidents$/);
  await page.getByRole('button', { name: 'Report an incident' }).click();
  await expect(dialog.getByText('Your draft is here again')).toBeVisible();
  await expect(dialog.getByLabel('Title')).toHaveValue('Lamps hum');
  await page.context().close();
});

test('two people in one entry: the second knows before writing, and at saving both texts are there to choose from', async ({ browser }) => {
  const alex = await world.open(browser, 'alex', '/releases/1.4.0/notes');
  const complaints = complaintsOf(alex);
  await alex.getByLabel(/Customer text/).fill('You can keep lists.');
  const eli = await world.open(browser, 'eli', '/releases/1.4.0/notes', { width: 390 });
  await expect(eli.getByText(/^Alex Author has been writing here since/)).toBeVisible();
  await eli.getByLabel(/Customer text/).fill('Lists of lamps are here.');
  await eli.getByLabel(/Migration text/).fill('Nothing to do.');
  await eli.getByRole('button', { name: 'Save the entry' }).click();
  await expect(eli.getByText('Done: Save the entry.')).toBeVisible();
  await expect(alex.getByText('Somebody saved another version meanwhile.')).toBeVisible();
  await expect(alex.getByLabel(/Customer text/)).toHaveValue('You can keep lists.'); // nobody's words are replaced while they type
  await alex.getByRole('button', { name: 'Save the entry' }).click();
  const conflict = alex.getByRole('region', { name: 'Customer text' });
  await expect(conflict).toContainText('You can keep lists.');
  await expect(conflict).toContainText('Lists of lamps are here.');
  await expect(alex.getByRole('region', { name: 'Migration text' })).toHaveCount(0); // only one of the two touched it
  await expect(alex.getByLabel(/Migration text/)).toHaveValue('Nothing to do.');
  await axe(alex, 'a conflict');
  await alex.screenshot({ path: '../build/screens/conflict-1440-light.png', fullPage: true });
  await alex.setViewportSize({ width: 390, height: 900 });
  await alex.emulateMedia({ colorScheme: 'dark' });
  await alex.screenshot({ path: '../build/screens/conflict-390-dark.png', fullPage: true });
  expect(await alex.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await alex.reload(); // even now nothing is lost
  await alex.getByRole('button', { name: 'Save the entry' }).waitFor();
  await expect(alex.getByLabel(/Customer text/)).toHaveValue('You can keep lists.');
  await alex.getByRole('button', { name: 'Save the entry' }).click();
  await expect(alex.getByText('Done: Save the entry.')).toBeVisible();
  expect(complaints).toEqual([]);
  for (const p of [alex, eli]) await p.context().close();
});

test('two people in one note: the same, in the dialog', async ({ browser }) => {
  world.by('alex', 'notes', 'draft', '1.4.0');
  const alex = await world.open(browser, 'alex', '/releases/1.4.0?tab=notes');
  const pia = await world.open(browser, 'pia', '/releases/1.4.0?tab=notes');
  const begin = async (page: typeof alex, text: string) => {
    await page.getByRole('article').filter({ hasText: 'For customers' }).getByRole('button', { name: 'Edit the note' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: /Body/ }).fill(text);
  };
  await begin(alex, '### New\n\n- Lists, said Alex.');
  await begin(pia, '### New\n\n- Lists, said Pia.');
  await expect(pia.getByText(/^Alex Author has been writing here since/)).toBeVisible();
  await pia.getByRole('dialog').getByRole('button', { name: 'Edit the note' }).click();
  await expect(pia.getByRole('dialog')).toHaveCount(0);
  await alex.getByRole('dialog').getByRole('button', { name: 'Edit the note' }).click();
  const conflict = alex.getByRole('region', { name: 'Body' });
  await expect(conflict).toContainText('said Pia');
  await conflict.getByRole('button', { name: 'Put both in the field' }).click();
  await expect(alex.getByRole('dialog').getByRole('textbox', { name: /Body/ })).toHaveValue(/said Pia[^]*said Alex/);
  await alex.getByRole('dialog').getByRole('button', { name: 'Edit the note' }).click();
  await expect(alex.getByRole('dialog')).toHaveCount(0);
  expect(world.as('notes', 'show', '1.4.0')).toMatch(/said Pia[^]*said Alex/);
  for (const p of [alex, pia]) await p.context().close();
});

test('whoever may not is told why, and who can', async ({ browser }) => {
  for (const login of ['rita', 'quinn', 'pia', 'eli']) {
    const page = await world.open(browser, login, '/releases/1.4.0/decision');
    const complaints = complaintsOf(page);
    await expect(page.getByText(/3 voted/)).toBeVisible();
    const off = page.locator('main button.off');
    await expect(off.first()).toBeVisible();
    for (let i = 0; i < (await off.count()); i++) {
      await off.nth(i).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog.getByText('Not now.')).toBeVisible();
      expect.soft((await dialog.innerText()).split('\n').filter((line) => line.trim()).length, `${login}: ${await off.nth(i).innerText()}`).toBeGreaterThan(2);
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }
  // The server's own refusal says who can as well.
  const pia = await world.open(browser, 'pia', '/releases/1.4.0/decision');
  const decide = pia.getByRole('button', { name: /^(Decide|Go)\b/ }).first();
  await decide.click();
  await expect(pia.getByRole('dialog')).toContainText(/Ada Brandt|coordinator/);
  await pia.context().close();
});

test('while the server is away the page says so and shows nothing as go; when it is back the page catches up by itself', async ({ browser }) => {
  test.setTimeout(180_000);
  for (const [login, role] of voters) vote(world, '1.4.0', login, role);
  const page = await world.open(browser, 'ada', '/releases/1.4.0/decision');
  await expect(page.getByText('3 of 3 voted: 3 go, 0 no-go')).toBeVisible();
  await expect(page.locator('main :is(.badge, .banner).go').first()).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
  await world.halt();
  await expect(page.getByText(/^No connection to the server for \d+ s: what stands here may be old/)).toBeVisible();
  await expect(page.locator('main :is(.badge, .banner, svg).go')).toHaveCount(0);
  await expect(page.getByText(/^was /).first()).toBeVisible();
  await axe(page, 'without the server');
  await page.screenshot({ path: '../build/screens/away-1440-light.png', fullPage: true });
  await page.setViewportSize({ width: 390, height: 900 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: '../build/screens/away-390-dark.png', fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
  await world.resume();
  world.as('decide', '1.4.0', 'no_go', '--reason', 'the lamps hum');
  await expect(page.getByText(/^No connection to the server/)).toHaveCount(0, { timeout: 40_000 });
  await expect(page.getByRole('region', { name: 'Decision' }).getByText('No-go')).toBeVisible();
  await expect(page.getByText(/^was /)).toHaveCount(0);
  await page.context().close();
});
