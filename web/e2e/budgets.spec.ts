// What a first visit of any screen costs, and what is embedded: JS and CSS as gzip, beside the limits. The figures stay in build/budgets.txt.
import { expect, test } from '@playwright/test';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startWorld, type World } from './server';

const limits = { first: 90, cockpit: 95, shell: 45, lazy: 35, all: 700 }; // KB
let world: World;
test.beforeAll(async () => { world = await startWorld(); world.as('release', 'plan', '1.4.0', '--area', 'shop', '--component', 'checkout=1.3.0..1.4.0', '--window-start', '+1h', '--window-end', '+2h'); });
test.afterAll(() => world?.stop());

const kb = (bytes: number) => Math.round(bytes / 102.4) / 10;
const screens = ['/sign-in', '/', '/releases', '/releases/1.4.0', '/releases/1.4.0/decision', '/releases/1.4.0/notes', '/deployments', '/deployments/1.4.0', '/calendar', '/risk', '/incidents', '/services', '/services/checkout', '/dora', '/audit', '/settings', '/profile', '/notes'];

test('first loads are small', async ({ browser }) => {
  const lines: string[] = [], over: string[] = [];
  let shell = Number.POSITIVE_INFINITY;
  for (const path of screens) {
    const page = await world.open(browser, 'ada', '/sign-in');
    const sizes = new Map<string, number>();
    await page.context().clearCookies({ name: 'none' });
    page.on('response', (r) => { if (/\.(js|css)$/.test(new URL(r.url()).pathname)) void r.body().then((b) => sizes.set(new URL(r.url()).pathname, gzipSync(b).length), () => {}); });
    await page.goto(world.url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForTimeout(300); // what loads after the first paint counts too
    const total = kb([...sizes.values()].reduce((a, b) => a + b, 0));
    shell = Math.min(shell, total);
    lines.push(`${path.padEnd(28)} ${total} KB of ${path.startsWith('/deployments/') ? limits.cockpit : limits.first}`);
    if (total > (path.startsWith('/deployments/') ? limits.cockpit : limits.first)) over.push(`${path}: ${total} KB`);
    await page.context().close();
  }
  const folder = join('dist', 'assets');
  const files = readdirSync(folder).map((name) => ({ name, size: gzipSync(readFileSync(join(folder, name))).length }));
  for (const f of files) if (/\.(js|css)$/.test(f.name) && !f.name.startsWith('shell') && kb(f.size) > limits.lazy) over.push(`${f.name}: ${kb(f.size)} KB`);
  const all = kb(files.reduce((a, f) => a + f.size, 0) + statSync(join('dist', 'icon.svg')).size);
  lines.push(`smallest first load (shell)  ${shell} KB of ${limits.shell}`, `largest lazy file            ${Math.max(...files.filter((f) => /\.(js|css)$/.test(f.name)).map((f) => kb(f.size)))} KB of ${limits.lazy}`, `all embedded                 ${all} KB of ${limits.all}`);
  writeFileSync('../build/budgets.txt', lines.join('\n') + '\n');
  expect(over).toEqual([]);
  expect(shell).toBeLessThanOrEqual(limits.shell);
  expect(all).toBeLessThanOrEqual(limits.all);
});
