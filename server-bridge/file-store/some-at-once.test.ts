import { expect, test } from 'vitest';

import { someAtOnce } from './some-at-once.ts';

test('results come in order, whoever is done first, and 32 are under way at most', async () => {
  let underWay = 0;
  let most = 0;
  const act = async (n: number): Promise<number> => {
    most = Math.max(most, (underWay += 1));
    for (let turn = 0; turn <= n % 7; turn += 1) await Promise.resolve();
    underWay -= 1;
    return n * 2;
  };
  const items = Array.from({ length: 100 }, (_, n) => n);
  expect(await someAtOnce(items, act)).toEqual(items.map((n) => n * 2));
  expect(most).toBe(32);
});

test('a failure is told when what had begun beside it has ended', async () => {
  const ended: string[] = [];
  let end = (): void => undefined;
  const slow = new Promise<void>((resolve) => (end = resolve));
  const acts = [() => Promise.reject(new Error('no room')), () => slow.then(() => void ended.push('slow'))];
  const told = someAtOnce(acts, (act) => act()).catch(() => ended.push('failure'));
  await new Promise(setImmediate);
  expect(ended).toEqual([]);
  end();
  await told;
  expect(ended).toEqual(['slow', 'failure']);
});
