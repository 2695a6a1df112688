// The first minutes on an empty database, without a terminal: the first account, definitions, the first release.
import { expect, test } from '@playwright/test';
import { axe, complaintsOf } from './look';
import { startEmpty } from './server';

const definitions = {
  name: 'Lamp shop', zone: 'Europe/Berlin',
  people: [{ login: 'ada', name: 'Ada Brandt', email: 'ada@shop.test', roles: [{ role: 'coordinator' }, { role: 'admin' }] }],
  areas: [{ name: 'shop', title: 'Shop', coordinator: 'ada' }], environments: [{ name: 'staging' }, { name: 'production', production: true }],
  services: [{ name: 'checkout', area: 'shop', owner: 'ada', deploy: [{ name: 'put', kind: 'command', command: ['true'] }], rollback: [{ name: 'put back', kind: 'command', command: ['true'] }] }],
};

test('an empty server leads from the first account to the first release', async ({ page }) => {
  const server = await startEmpty();
  try {
    const complaints = complaintsOf(page);
    await page.goto(server.url + '/');
    await expect(page.getByRole('heading', { name: 'Set up' })).toBeVisible();
    await expect(page.getByLabel('Code from the log')).toBeFocused();
    await axe(page, 'set-up');
    await page.screenshot({ path: '../build/screens/set-up-1280-light.png' });
    await page.getByLabel('Code from the log').fill(server.code);
    await page.getByLabel('Your name').fill('Ada Brandt');
    await page.getByLabel('Your address').fill('ada@shop.test');
    await page.getByLabel('Login').fill('ada');
    await page.getByLabel('Password').fill('a lamp in every room');
    await page.getByRole('button', { name: 'Make the first account' }).click();
    await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.goto(server.url + '/settings?tab=definitions');
    await page.getByRole('textbox', { name: 'Definitions' }).fill(JSON.stringify(definitions));
    await page.getByRole('button', { name: 'What would change' }).click();
    await page.getByRole('button', { name: 'Apply definitions' }).click();
    await expect(page.getByText('Applied.')).toBeVisible();
    await page.goto(server.url + '/releases');
    await page.getByRole('button', { name: 'Plan a release' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Version', { exact: true }).first().fill('1.0.0');
    await dialog.getByLabel('Area').selectOption('shop');
    await expect(dialog.getByText(/Berlin/).first()).toBeVisible();
    await dialog.getByLabel(/Service/).first().selectOption('checkout');
    await dialog.getByRole('group', { name: /Components/ }).getByLabel('Version', { exact: true }).fill('1.0.0');
    await dialog.getByRole('button', { name: 'Plan a release' }).click();
    await page.getByRole('link', { name: /1\.0\.0/ }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('1.0.0');
    expect(complaints).toEqual([]);
  } finally {
    server.stop();
  }
});
