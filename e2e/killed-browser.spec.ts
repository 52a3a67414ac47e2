import { expect, test } from '@playwright/test';

import { killBrowsers } from './killed-browser/kill-rounds.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';

let demo: Running;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
});
test.afterAll(async () => demo.stop());

test('every process of the browser is killed at once while a page writes: what was acknowledged is there and is sent once', async () => {
  const { lost, double, failed, killings } = await killBrowsers(demo, 3);
  expect([lost, double, failed]).toEqual([[], [], []]);
  for (const { acknowledged, processes } of killings) {
    expect(acknowledged).toBeGreaterThanOrEqual(20);
    expect(processes).toBeGreaterThan(3);
  }
});
