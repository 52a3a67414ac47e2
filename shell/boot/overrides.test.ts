import type { TestudoError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

import type { Notice } from '../ui/notices.ts';
import { openOverrides } from './overrides.ts';

const hello = 'http://localhost:4001/remote.json';

/** A storage whose keys are enumerable, as the browser's are. */
function memoryStorage(texts: { [key: string]: string }): Storage {
  const methods = {
    getItem: (key: string) => texts[key] ?? null,
    setItem: (key: string, text: string) => void (texts[key] = text),
    removeItem: (key: string) => delete texts[key],
  };
  return new Proxy(methods as unknown as Storage, {
    ownKeys: () => Object.keys(texts),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

interface Given {
  readonly texts?: { [key: string]: string };
  readonly mode?: 'development' | 'production';
  readonly pathname?: string;
}

function open(search: string, { texts = {}, mode = 'development', pathname = '/hello' }: Given = {}) {
  const notices: Notice[] = [];
  const warnings: TestudoError[] = [];
  const opened: string[] = [];
  const overrides = openOverrides({
    mode,
    page: { search, pathname, origin: 'http://localhost:8080' },
    storage: memoryStorage(texts),
    allowsOrigin: (origin) => origin.startsWith('http://localhost:'),
    notices: { show: (notice) => notices.push(notice) },
    open: (url) => opened.push(url),
    warn: (error) => warnings.push(error),
  });
  return { overrides: [...overrides], notices, codes: warnings.map(({ code }) => code), texts, opened };
}

test('a remote in the address is used, shown and kept for the next page', () => {
  const first = open(`?remote=hello@${hello}`);
  expect(first.overrides).toEqual([['hello', hello]]);
  expect(first.notices.map(({ text }) => text)).toEqual([`hello comes from ${hello}`]);
  expect(open('', { texts: first.texts }).overrides).toEqual([['hello', hello]]);
});

test('its banner removes it for good and opens the page anew', () => {
  const { notices, texts, opened } = open(`?remote=hello@${hello}`, { texts: { 'testudo-catalog': '{}' } });
  notices[0]?.act?.run();
  expect(opened).toEqual(['http://localhost:8080/hello']);
  expect(texts).toEqual({ 'testudo-catalog': '{}' });
});

test('production knows none, neither asked for nor kept, and says so', () => {
  const kept = { 'testudo-remote-hello': hello };
  const asked = open(`?remote=hello@${hello}`, { mode: 'production', texts: { ...kept } });
  expect([asked.overrides, asked.notices, asked.codes]).toEqual([[], [], ['FORBIDDEN']]);
  expect(open('', { mode: 'production', texts: kept }).codes).toEqual([]);
});

test.each([
  'hello',
  '@http://localhost:4001/remote.json',
  'Hello@http://localhost:4001/remote.json',
  'hello@remote.json',
  'hello@javascript:alert(1)',
  'hello@http://localhost:99999/remote.json',
  'hello@https://evil.example/remote.json',
])('%s changes nothing and is told', (text) => {
  const { overrides, texts, codes } = open(`?remote=${encodeURIComponent(text)}`);
  expect([overrides, texts, codes]).toEqual([[], {}, ['ORIGIN_NOT_ALLOWED']]);
});

test('what is kept and not allowed any more is not used', () => {
  expect(
    open('', { texts: { 'testudo-remote-a': 'https://evil.example/', 'testudo-remote-b': '' } }).overrides,
  ).toEqual([]);
});

test('a path that looks like another host leads to no other host', () => {
  const { notices, opened } = open(`?remote=hello@${hello}`, { pathname: '//evil.example/hello' });
  notices[0]?.act?.run();
  expect(opened).toEqual(['http://localhost:8080//evil.example/hello']);
});
