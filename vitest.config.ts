import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

import { findChromium } from './e2e/chromium.ts';

const generated = ['**/node_modules/**', '**/dist/**', '**/.testudo/**', '**/.tsbuild/**'];

function browserPath(): string | undefined {
  try {
    return findChromium();
  } catch (missing) {
    console.warn(missing instanceof Error ? missing.message : missing);
    return undefined;
  }
}

const executablePath = browserPath();
/** Ends what hangs; far above what anything takes, because a busy machine is no failure. */
const patience = { testTimeout: 30_000, hookTimeout: 30_000, expect: { poll: { timeout: 10_000 } } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...patience,
          name: 'node',
          environment: 'node',
          include: ['**/*.test.ts'],
          exclude: [...generated, '**/*.browser.test.ts'],
        },
      },
      {
        test: {
          ...patience,
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: generated,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox'] },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
