import { expect, test } from 'vitest';

import { isOldEngine } from './old-engine.ts';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  ['Tizen 5.5', `Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.5) ${webkit} Version/5.5 TV Safari/537.36`],
  ['Tizen 6.5', `Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.5) ${webkit} 85.0.4183.93/6.5 TV Safari/537.36`],
  ['webOS 6', `Mozilla/5.0 (Web0S; Linux/SmartTV) ${webkit} Chrome/79.0.3945.79 Safari/537.36 WebAppManager`],
  ['Chromium 102', `Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/102.0.0.0 Safari/537.36`],
])('an old engine is known by its name: %s', (_name, userAgent) => {
  expect(isOldEngine(userAgent)).toBe(true);
});

test.each([
  ['Chromium 103', `Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/103.0.0.0 Safari/537.36`],
  ['Chromium 156', `Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/156.0.0.0 Safari/537.36`],
  ['Tizen 8', `Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) ${webkit} 108.0.5359.1/8.0 TV Safari/537.36`],
  ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'],
  ['Safari', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15'],
  ['nobody', undefined],
])('a modern engine, and whoever says nothing, is not taken for one: %s', (_name, userAgent) => {
  expect(isOldEngine(userAgent)).toBe(false);
});
