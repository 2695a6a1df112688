// What every screen must hold: no accessibility finding, no sideways scrolling, nothing on the console, in both themes, narrow and wide;
// a picture of each is left in build/screens for people to look at.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Browser, type Page } from '@playwright/test';
import type { World } from './server';

export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' && !/status of (401|403|404|409|422|400)/.test(message.text())) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}
export async function axe(page: Page, name: string) {
  expect.soft((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes[0]!.html}`), name).toEqual([]);
}
/** `until` waits for what the screen shows when it is whole. */
export async function holds(browser: Browser, world: World, login: string, name: string, path: string, until: (page: Page) => Promise<unknown>, now?: string) {
  const page = await world.open(browser, login, path, now ? { now } : {});
  const complaints = complaintsOf(page);
  await until(page);
  for (const width of [1440, 390])
    for (const scheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.screenshot({ path: `../build/screens/${name}-${width}-${scheme}.png`, fullPage: true });
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} at ${width} px scrolls sideways`).toBe(0);
      if (width === 1440 || scheme === 'light') await axe(page, `${name} ${width} ${scheme}`);
    }
  expect.soft(complaints, name).toEqual([]);
  await page.context().close();
}

/** A picture for the guide, of what stands at the top of the page. With PICTURES=1 it goes to docs/pictures, else beside the others. */
export async function picture(page: Page, name: string) {
  const folder = process.env['PICTURES'] ? '../docs/pictures' : '../build/pictures';
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: `${folder}/${name}.png` });
}
