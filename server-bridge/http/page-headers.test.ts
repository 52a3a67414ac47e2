import { expect, test } from 'vitest';

import { pageHeadersFor } from './page-headers.ts';

const headers = { 'integrity-policy': 'blocked-destinations=(script)', 'x-content-type-options': 'nosniff' };
const webKit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

test.each([
  ['Safari', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Version/26.0 Safari/605.1.15`],
  [
    'Chrome on iOS',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) ${webKit} CriOS/140.0 Mobile/15E148 Safari/604.1`,
  ],
  ['WebKitGTK', `Mozilla/5.0 (X11; Linux x86_64) ${webKit} Version/60.5 Safari/605.1.15`],
])('page headers - %s gets no Integrity-Policy, and everything else', (_name, userAgent) => {
  expect(pageHeadersFor(userAgent, headers)).toEqual({ 'x-content-type-options': 'nosniff' });
});

test.each([
  ['Chrome', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'],
  ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'],
  ['nobody', undefined],
])('page headers - %s gets all of them', (_name, userAgent) => {
  expect(pageHeadersFor(userAgent, headers)).toBe(headers);
});
