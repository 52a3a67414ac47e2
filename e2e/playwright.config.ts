import { join } from 'node:path';

import { defineConfig } from '@playwright/test';

import { findChromium } from './chromium.ts';

const results = join(import.meta.dirname, '../test-results');

const LONGEST = '**/navigations.spec.ts';

export default defineConfig({
  testDir: import.meta.dirname,
  outputDir: join(results, 'e2e'),
  // A file brings up servers and browsers of its own; most of its time it waits for them.
  workers: 2,
  // The longest file begins first, so that no worker waits for it at the end.
  projects: [
    { name: 'long', testMatch: LONGEST },
    { name: 'all', testMatch: '**/*.spec.ts', testIgnore: LONGEST },
  ],
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  // A second run in CI only, where the machine is not ours: `run-tests.ts` names each test that needed it.
  retries: process.env['CI'] === undefined ? 0 : 1,
  // They end what hangs: far above what anything takes, because a busy machine is no failure.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: join(results, 'playwright.json') }]],
  use: {
    browserName: 'chromium',
    headless: true,
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: findChromium(), args: ['--no-sandbox'] },
  },
});
