// How every screen looks, compared with how it looked before: in both themes, wide and narrow. Time stands still, letters come from the
// server, nothing moves. PICTURES_OF=all looks at every one, PICTURES_OF=audit,settings at a few; UPDATE=1 keeps what is seen now.
import { expect, test } from '@playwright/test';
import { compared, steady } from './compare';
import { screens } from './every';
import { prepare, publish, startShop } from './published';
import type { World } from './server';

let world: World, now: string;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  world = await startShop();
  await publish(world, '1.3.0', '1.2.0', '### New\n\n- You can now export orders as CSV.\n');
  await prepare(world, '1.4.0', '1.3.0');
  now = await world.clock('now');
});
test.afterAll(() => world?.stop());

// How many entries the ledger has is not the same in every run: its page is looked at with the decisions alone.
const all = [...screens.map(([name, path, text]): (typeof screens)[number] => (name === 'audit' ? [name, '/audit?kind=decision', text] : [name, path, text])), ['release', '/releases/1.4.0', /What blocks/], ['shipped', '/releases/1.3.0', /Health|Changes/], ['cockpit', '/deployments/1.3.0', /What happened/]] as typeof screens;

test('every screen looks as it did', async ({ browser }) => {
  test.setTimeout(900_000);
  const lens = await (await browser.newContext()).newPage();
  const only = process.env['PICTURES_OF'] === 'all' ? undefined : process.env['PICTURES_OF']?.split(','), differ: string[] = [];
  for (const [name, path, text] of all.filter(([n]) => !only || only.includes(n))) {
    const page = await world.open(browser, 'ada', path, { now });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByText(text).locator('visible=true').first().waitFor();
    if (name !== 'sign-in') await page.getByRole('status').filter({ hasText: /^Live$/ }).waitFor({ state: 'attached' });
    await expect(page.getByText('Loading')).toHaveCount(0);
    await page.waitForTimeout(700); // what is asked after the first paint
    for (const width of [1440, 390])
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height: 900 });
        // All of it in sight, so that what is drawn when seen is drawn.
        await page.setViewportSize({ width, height: Math.min(6000, await page.evaluate(() => document.documentElement.scrollHeight)) });
        await expect(page.locator('.plot:not(:has(canvas))')).toHaveCount(0);
        let said = '';
        for (let tries = 0; tries < 3; tries++) { // on a busy machine a page may not be whole at first
          if (tries) await page.waitForTimeout(1000);
          await steady(page);
          said = await compared(lens, `${name}-${width}-${scheme}`, await page.screenshot({ animations: 'disabled' }));
          if (!said) break;
        }
        differ.push(said);
      }
    await page.context().close();
  }
  await lens.context().close();
  expect(differ.filter(Boolean)).toEqual([]);
});
