import { expect, test } from 'vitest';

import { lastGood } from './last-good.ts';

function setUp(texts: { [key: string]: string }, fetch: () => Promise<unknown>) {
  const errors: unknown[] = [];
  const storage = {
    getItem: (key: string) => texts[key] ?? null,
    setItem: (key: string, text: string) => void (texts[key] = text),
  };
  const parse = (value: unknown): number => {
    if (typeof value === 'number') return value;
    throw new Error('no number');
  };
  return { errors, document: lastGood({ key: 'k', storage, fetch, parse, onError: (error) => errors.push(error) }) };
}

test('what is kept is read without the network', async () => {
  const { document } = setUp({ k: '1' }, () => Promise.reject(new Error('offline')));
  expect(await document.read()).toBe(1);
});

test('what is fetched is kept', async () => {
  const texts: { [key: string]: string } = {};
  const { document } = setUp(texts, () => Promise.resolve(2));
  expect(await document.read()).toBe(2);
  expect(texts['k']).toBe('2');
});

test('what was fetched for this page is not fetched once more, what was kept is', async () => {
  let fetches = 0;
  const fetch = (): Promise<unknown> => Promise.resolve(++fetches);
  const { document } = setUp({}, fetch);
  expect(await document.read()).toBe(1);
  expect(await document.fetched()).toBe(1);
  const { document: kept } = setUp({ k: '7' }, fetch);
  expect(await kept.read()).toBe(7);
  expect(await kept.fetched()).toBe(2);
});

test('a spoilt copy is reported and fetched anew', async () => {
  const { document, errors } = setUp({ k: '{' }, () => Promise.resolve(3));
  expect(await document.read()).toBe(3);
  expect(errors).toHaveLength(1);
});
