import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findChromium } from './chromium.ts';
import type { Places } from './chromium.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testudo-chromium-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function executable(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  return path;
}

const places = (environment: Places['environment'], playwright = '/none'): Places => ({
  environment,
  usual: [],
  playwright: () => playwright,
});

test('chromium - the environment names it before anything else', () => {
  const chosen = executable('my-browser');
  executable('chromium');
  expect(findChromium(places({ TESTUDO_CHROMIUM: chosen, PATH: folder }))).toBe(chosen);
});

test('chromium - a wrong path in the environment is said, not passed over', () => {
  executable('chromium');
  const wrong = join(folder, 'missing');
  expect(() => findChromium(places({ TESTUDO_CHROMIUM: wrong, PATH: folder }))).toThrow(/TESTUDO_CHROMIUM names/);
});

test('chromium - the system comes before the download of Playwright', () => {
  const system = executable('chromium');
  const downloaded = executable('downloaded');
  expect(findChromium(places({ PATH: `/none:${folder}` }, downloaded))).toBe(system);
  expect(findChromium(places({ PATH: '/none' }, downloaded))).toBe(downloaded);
});

test('chromium - without one the message says how to get it', () => {
  expect(() => findChromium(places({}))).toThrow(/npx playwright install chromium.*TESTUDO_CHROMIUM/);
});
