import { defineConfig } from '@playwright/test';

declare const process: { env: Record<string, string | undefined> };

// Debian's Chromium against the real server. Screenshots of every page are left in build/screens for people to look at.
export default defineConfig({
  testDir: 'e2e',
  // How screens look depends on the machine's Chromium, and how fast they are on the machine: both are asked for by name.
  testIgnore: [...(process.env.PICTURES_OF || process.env.UPDATE ? [] : ['pictures.spec.ts']), ...(process.env.NUMBERS ? [] : ['numbers.spec.ts'])],
  outputDir: '../build/e2e',
  reporter: [['list']],
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 10_000,
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] },
    trace: 'retain-on-failure',
  },
});
