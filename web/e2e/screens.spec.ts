// Every screen on a real server with a release that shipped and one that waits: what it answers, what can be done on it, and that it holds.
import { expect, test } from '@playwright/test';
import { axe, complaintsOf, holds, picture } from './look';
import { startWithTwoReleases, vote } from './published';
import { screens } from './every';
import type { World } from './server';

let world: World;
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(300_000);
  world = await startWithTwoReleases();
});
test.afterAll(() => world?.stop());

test('Today: what waits for whom is signed in comes with its act', async ({ browser }) => {
  const page = await world.open(browser, 'eli');
  const complaints = complaintsOf(page);
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  const yours = page.getByRole('region', { name: 'Waits for you' });
  await expect(yours.getByRole('listitem').first()).toBeVisible();
  await expect(yours.getByRole('button').first()).toBeVisible();
  await picture(page, 'today');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the release page says first what blocks, and what can be done about it', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/releases/1.4.0');
  await expect(page.getByRole('heading', { name: /What blocks/ })).toBeVisible();
  await picture(page, 'release');
  await page.context().close();
});

test('the board: a vote appears for the other without a reload', async ({ browser }) => {
  const ada = await world.open(browser, 'ada', '/releases/1.4.0/decision');
  await expect(ada.getByText('0 of 3 voted: 0 go, 0 no-go')).toBeVisible();
  const eli = await world.open(browser, 'eli', '/releases/1.4.0/decision', { width: 390 });
  await eli.getByRole('region', { name: 'Votes' }).getByRole('button', { name: 'I have read the assessment' }).click();
  await eli.getByRole('dialog').getByRole('button', { name: 'I have read the assessment' }).click();
  await expect(eli.getByRole('dialog')).toHaveCount(0);
  await eli.getByRole('region', { name: 'Votes' }).getByRole('button', { name: 'Vote', exact: true }).click();
  await eli.getByLabel('Role', { exact: true }).selectOption('engineering_lead');
  await eli.getByRole('dialog').getByRole('button', { name: 'Vote' }).click();
  await expect(eli.getByText('Done: Vote.')).toBeVisible();
  await expect(ada.getByText('1 of 3 voted: 1 go, 0 no-go')).toBeVisible();
  await picture(ada, 'board');
  await ada.getByRole('button', { name: 'Meeting mode' }).click();
  await ada.keyboard.press('ArrowRight');
  await expect(ada.getByRole('region', { name: 'Meeting mode' })).toContainText('2 /');
  await axe(ada, 'meeting mode');
  for (const p of [ada, eli]) await p.context().close();
});

test('the calendar: a window moved into a freeze collides, and the rule is named', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/calendar');
  await page.getByRole('button', { name: 'Move Deploy Shop 1.4.0' }).click();
  const dialog = page.getByRole('dialog');
  const inFreeze = (hour: string) => `${new Date(Date.now() + 21 * 86_400_000).toISOString().slice(0, 10)}T${hour}`;
  const before = { start: await dialog.getByLabel(/Window start/).inputValue(), end: await dialog.getByLabel(/Window end/).inputValue() };
  await dialog.getByLabel(/Window start/).fill(inFreeze('08:00'));
  await dialog.getByLabel(/Window end/).fill(inFreeze('09:00'));
  await dialog.getByLabel(/Reason/).fill('to see what happens');
  await dialog.getByRole('button', { name: 'Move' }).click();
  const refused = dialog.getByRole('alert');
  await expect(page.getByText('Done: Move.').or(refused)).toBeVisible(); // the answer is here before it is looked at
  if (await refused.isVisible()) {
    await expect(refused).toContainText('Stocktaking'); // refused at once: the rule stands in the form
    await page.keyboard.press('Escape');
  } else {
    await expect(page.getByRole('region', { name: 'Collisions' })).toContainText('Stocktaking');
    await page.getByRole('region', { name: 'Collisions' }).getByRole('listitem').filter({ hasText: 'Stocktaking' }).getByRole('button', { name: 'Move' }).click();
    await dialog.getByLabel(/Window start/).fill(before.start);
    await dialog.getByLabel(/Window end/).fill(before.end);
    await dialog.getByLabel(/Reason/).fill('back again');
    await dialog.getByRole('button', { name: 'Move' }).click();
    await expect(page.getByText('Done: Move.')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Collisions' }).getByText(/Stocktaking/)).toHaveCount(0);
  }
  await page.context().close();
});

test('the changelog: an entry is written, the note drafted, and approved with one hand', async ({ browser }) => {
  const alex = await world.open(browser, 'alex', '/releases/1.4.0/notes');
  const complaints = complaintsOf(alex);
  await alex.getByLabel(/Customer text/).fill('You can now keep lists of lamps.');
  await alex.getByRole('button', { name: 'Save the entry' }).click();
  await expect(alex.getByText('Done: Save the entry.')).toBeVisible();
  await alex.getByRole('button', { name: 'Draft the notes' }).click();
  await alex.getByRole('dialog').getByRole('button', { name: 'Draft the notes' }).click();
  await alex.getByRole('tab', { name: 'For customers' }).click();
  await expect(alex.getByRole('tabpanel')).toContainText('You can now keep lists of lamps.');
  await picture(alex, 'editor');
  const pia = await world.open(browser, 'pia', '/releases/1.4.0?tab=notes', { width: 390 });
  await pia.getByRole('article').filter({ hasText: 'For customers' }).getByRole('button', { name: 'Approve the note' }).click();
  await pia.getByRole('dialog').getByRole('button', { name: 'Approve the note' }).click();
  await expect(pia.getByText('approved by Pia Product')).toBeVisible();
  expect(complaints).toEqual([]);
  for (const p of [alex, pia]) await p.context().close();
});

test('an incident is reported, taken and resolved', async ({ browser }) => {
  const page = await world.open(browser, 'eli', '/incidents');
  await page.getByRole('button', { name: 'Report an incident' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('Lamps cannot be bought');
  await dialog.getByLabel(/Service/).selectOption('catalog');
  await dialog.getByRole('button', { name: 'Report an incident' }).click();
  await page.getByRole('link', { name: 'Lamps cannot be bought' }).click();
  await expect(page.getByText('What changed around it')).toBeVisible();
  await holds(browser, world, 'eli', 'incident', new URL(page.url()).pathname, (p) => p.getByText('What changed around it').waitFor());
  await page.getByRole('button', { name: 'I have it' }).click();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await expect(page.getByRole('button', { name: 'It is mitigated' })).toBeVisible();
  await page.getByRole('button', { name: 'It is resolved' }).click();
  await dialog.getByRole('button', { name: 'It is resolved' }).click();
  await expect(page.getByText('Done: It is resolved.')).toBeVisible();
  await page.context().close();
});

test('the cockpit: deployed and rolled back with the keyboard; the dialog begins on Cancel with everything in sight', async ({ browser }) => {
  for (const [login, role] of [['quinn', 'qa'], ['pia', 'product']]) vote(world, '1.4.0', login!, role!);
  await world.clock('advance 1s');
  world.as('decide', '1.4.0', 'go');
  const page = await world.open(browser, 'ada', '/deployments/1.4.0');
  const complaints = complaintsOf(page);
  await page.getByRole('button', { name: 'Start the deployment' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Start the deployment' }).press('Enter');
  await expect(page.getByText('Done: Start the deployment.')).toBeVisible();
  await world.clock('advance 30s');
  await expect(page.getByRole('region', { name: 'Sequence' }).getByText('put', { exact: true })).toBeVisible();
  await holds(browser, world, 'ada', 'cockpit', '/deployments/1.4.0', (p) => p.getByText('What happened').waitFor());
  await picture(page, 'cockpit');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Roll back now' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect(dialog).toContainText('catalog 1.3.0');
  await expect(dialog).toContainText('put back');
  await expect(dialog).toContainText('rehearsed');
  await axe(page, 'the rollback dialog');
  await picture(page, 'roll-back');
  await dialog.getByLabel('Reason').fill('orders fail');
  await dialog.getByRole('button', { name: 'Roll back now' }).press('Enter');
  await expect(page.getByText('Done: Roll back now.')).toBeVisible();
  await world.clock('advance 30s');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Rollback');
  await expect(page.getByRole('region', { name: 'Sequence' }).getByText('put back', { exact: true })).toBeVisible();
  await picture(page, 'rolled-back');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the record is verified in view', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/audit');
  await page.getByRole('button', { name: 'Verify now' }).click();
  await expect(page.getByText(/Chain intact: \d+ entries/)).toBeVisible();
  await picture(page, 'audit');
  await page.getByLabel('What begins with').fill('decision');
  await page.getByLabel('What begins with').press('Enter');
  await expect(page.getByRole('row')).toHaveCount(3); // two decisions
  await page.context().close();
});

test('definitions: what would change is shown, then applied', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/settings?tab=definitions');
  const text = page.getByRole('textbox', { name: 'Definitions' });
  await expect(text).toHaveValue(/Lamp shop/);
  await text.fill((await text.inputValue()).replace('the warehouse counts', 'the warehouse counts every lamp'));
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(page.getByRole('heading', { name: /^\d+ difference/ })).toBeVisible();
  await axe(page, 'definitions');
  await page.context().close();
});

test('a token is made and shown once', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/profile');
  await page.getByLabel('What is it for').fill('my script');
  await page.getByRole('button', { name: 'Make it' }).click();
  await expect(page.getByText('Shown once:')).toBeVisible();
  await page.context().close();
});

test('every screen holds: no finding, no sideways scrolling, nothing on the console, in both themes, narrow and wide', async ({ browser }) => {
  test.setTimeout(600_000);
  const only = process.env['SCREENS']?.split(','); // a few of them: SCREENS=audit,settings
  for (const [name, path, text] of screens.filter(([n]) => !only || only.includes(n))) await holds(browser, world, 'ada', name, path, (page) => page.getByText(text).locator('visible=true').first().waitFor());
});
