// Every page on paper: no navigation and nothing to click, nothing folded away unnamed, nothing cut off at the width of A4, and readable
// whatever theme the screen has. On the screen no page shows a thing by its identifier.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { screens } from './every';
import { startWithTwoReleases } from './published';
import type { World } from './server';

let world: World;
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(300_000);
  world = await startWithTwoReleases();
  const [incident] = /inc_[0-9a-f-]{36}/.exec(world.as('incident', 'open', 'Lamps cannot be bought', '--service', 'catalog', '--json'))!;
  pages.push(['incident', `/incidents/${incident}`, /What changed around it/]);
});
test.afterAll(() => world?.stop());

const a4 = 794 - 2 * 53; // 210 mm at 96 pixels an inch, without the margins
const pages: typeof screens = [
  ...screens.filter(([name]) => name !== 'sign-in'), ['release', '/releases/1.4.0', /What blocks/], ['shipped', '/releases/1.3.0?tab=health', /Health reports/], ['story', '/releases/1.3.0?tab=story', /planned/], ['cockpit', '/deployments/1.3.0', /What happened/],
  ['gates', '/settings?tab=gates', /Quorum/], ['freezes', '/settings?tab=calendar', /Stocktaking/], ['channels', '/settings?tab=channels', /customers/], ['jobs', '/settings?tab=jobs', /Last error|Nothing waits/], ['criteria', '/services/catalog?tab=criteria', /error rate/],
];

test('every page prints', async ({ browser }) => {
  test.setTimeout(400_000);
  for (const [name, path, text] of pages) {
    const page = await world.open(browser, 'ada', path, { scheme: 'dark', width: a4 });
    await page.getByText(text).locator('visible=true').first().waitFor();
    await expect(page.getByText('Loading')).toHaveCount(0);
    expect.soft((await page.locator('body').innerText()).match(/\b[a-z]{2,4}_[0-9a-f]{8}-[0-9a-f-]{27}\b/g) ?? [], `${name} shows identifiers`).toEqual([]);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect.soft(page.locator('main details:not([open], .no-print)'), `${name} is folded`).toHaveCount(0); // they open when the page hears of the paper
    const seen = await page.evaluate(() => {
      const visible = (e: Element) => (e as HTMLElement).checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
      const said = (e: Element) => `${e.tagName.toLowerCase()} ${(e.textContent ?? '').trim().slice(0, 40)}`;
      const all = (which: string) => [...document.querySelectorAll(which)].filter(visible);
      return {
        toClick: all('nav, button, [role=tab], dialog, :not(.field, .check) > :is(input, select)').map(said), // what a form says is read
        folded: all('details:not([open])').map(said),
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        cut: all('main *').filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).overflowX !== 'visible' && !e.classList.contains('visually-hidden')).map(said),
        paper: getComputedStyle(document.body).backgroundColor,
        words: document.querySelector('main')!.innerText.length,
      };
    });
    expect.soft(seen, name).toMatchObject({ toClick: [], folded: [], wide: 0, cut: [], paper: 'rgb(255, 255, 255)' });
    expect.soft(seen.words, `${name} says something`).toBeGreaterThan(30);
    expect.soft((await new AxeBuilder({ page }).withRules(['color-contrast']).analyze()).violations.flatMap((v) => v.nodes.map((n) => n.html)), `contrast of ${name}`).toEqual([]);
    await page.screenshot({ path: `../build/screens/print-${name}.png`, fullPage: true });
    await page.context().close();
  }
});

test('what was opened for paper is folded again', async ({ browser }) => {
  const page = await world.open(browser, 'ada', '/releases/1.3.0?tab=story');
  const fold = page.locator('main details:not(.no-print)').first();
  await fold.waitFor();
  const before = await fold.evaluate((d: HTMLDetailsElement) => d.open);
  await page.emulateMedia({ media: 'print' });
  await expect(fold).toHaveJSProperty('open', true);
  await page.emulateMedia({ media: 'screen' });
  await expect(fold).toHaveJSProperty('open', before);
  await page.context().close();
});
