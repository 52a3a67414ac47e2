import { expect, test } from 'vitest';

import { isOwnLink } from './links.ts';

const current = { href: 'http://localhost:8080/store', origin: 'http://localhost:8080' };
const click = { href: '/help', target: '', isDownload: false, isSpecial: false };

test('a plain click on a link to an application is ours', () => {
  expect(isOwnLink(click, current)).toBe(true);
  expect(isOwnLink({ ...click, href: 'http://localhost:8080/help#top' }, current)).toBe(true);
});

test('other origins, reserved paths, downloads, other targets and modified clicks are not', () => {
  expect(isOwnLink({ ...click, href: 'https://example.org/' }, current)).toBe(false);
  expect(isOwnLink({ ...click, href: '/api/models/orders' }, current)).toBe(false);
  expect(isOwnLink({ ...click, isDownload: true }, current)).toBe(false);
  expect(isOwnLink({ ...click, target: '_blank' }, current)).toBe(false);
  expect(isOwnLink({ ...click, isSpecial: true }, current)).toBe(false);
});

test('a fragment of the same page is left to the browser', () => {
  expect(isOwnLink({ ...click, href: '#main' }, current)).toBe(false);
  expect(isOwnLink({ ...click, href: '#' }, current)).toBe(false);
  expect(isOwnLink({ ...click, href: '/store' }, { ...current, href: `${current.href}#main` })).toBe(true);
});
