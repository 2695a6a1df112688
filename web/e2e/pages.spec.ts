// One happy path through the pages, in a real browser under the server's own content policy: nothing on the console, no accessibility
// finding, no sideways scrolling, in light and dark, narrow and wide.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { planRelease, startWorld, type World } from './server';

let world: World;
test.describe.configure({ mode: 'serial' }); // the pages that are measured show the release that the path before planned
test.beforeAll(async () => { world = await startWorld(); });
test.afterAll(() => world?.stop());

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

async function signIn(page: Page) {
  await page.goto(world.url + '/');
  await page.getByLabel('Login').fill(world.login);
  await page.getByLabel('Password').fill(world.password);
  await page.getByRole('button', { name: /sign in/i }).click();
}

test('the pages may run no inline code, and say so', async ({ request }) => {
  const policy = (await request.get(world.url + '/')).headers()['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-inline');
});

test('a wrong password is refused with words', async ({ page }) => {
  await page.goto(world.url + '/');
  await page.getByLabel('Login').fill('ada');
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: /sign in/i }).click();
  await expect(page.getByRole('alert')).toBeVisible();
});

test('from an empty list to a release and its gates, live', async ({ page }) => {
  const complaints = complaintsOf(page);
  await signIn(page);
  await page.getByRole('link', { name: 'Releases', exact: true }).click();
  await expect(page.getByText('evenkeel release plan')).toBeVisible(); // the empty state says what to do
  planRelease(world);
  await expect(page.getByRole('link', { name: /1\.4\.0/ })).toBeVisible({ timeout: 10_000 }); // without a reload
  await page.getByRole('link', { name: /1\.4\.0/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1.4.0');
  await expect(page.getByText('the rollback of checkout was never rehearsed').first()).toBeVisible();
  expect(complaints).toEqual([]);
});

test('who is signed in can leave, and then reads nothing', async ({ page }) => {
  await signIn(page);
  await expect(page.getByRole('navigation').getByText('Ada Brandt')).toBeVisible(); // without a reload after signing in
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Password')).toBeVisible();
  await expect(page.getByText('Ada Brandt')).toHaveCount(0);
  expect((await page.request.get(world.url + '/api/v1/releases')).status()).toBe(401);
});

for (const scheme of ['light', 'dark'] as const)
  for (const width of [390, 1440])
    test(`the pages hold at ${width} px in ${scheme}`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      await signIn(page);
      await page.getByRole('heading', { name: 'Today' }).waitFor();
      await page.goto(world.url + '/releases');
      await page.getByRole('link', { name: /1\.4\.0/ }).waitFor();
      const release = await page.getByRole('link', { name: /1\.4\.0/ }).getAttribute('href');
      for (const [name, path] of [['releases', '/releases'], ['release', release!]]) {
        await page.goto(world.url + path);
        await page.getByText('1.4.0').first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} scrolls sideways`).toBe(0);
        expect((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes[0].html}`), name).toEqual([]);
        await page.screenshot({ path: `../build/screens/${name}-${width}-${scheme}.png`, fullPage: true });
      }
      await context.close();
    });
