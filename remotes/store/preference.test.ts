import { expect, test } from 'vitest';

import { keep, recall } from './preference.ts';

test('a preference is kept and recalled', () => {
  const kept = new Map<string, string>();
  const storage = {
    get: (key: string) => kept.get(key) ?? null,
    set: (key: string, value: string) => void kept.set(key, value),
  };
  expect(recall(storage, 'address')).toBe('');
  expect(keep(storage, 'address', 'Via Appia 1')).toBe(true);
  expect(recall(storage, 'address')).toBe('Via Appia 1');
});

test('storage that is full or forbidden stops nothing', () => {
  const refuse = (): never => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  const storage = { get: refuse, set: refuse };
  expect(keep(storage, 'address', 'Via Appia 1')).toBe(false);
  expect(recall(storage, 'address')).toBe('');
});
