import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { oneAtATime } from './one-at-a-time.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one at a time - acts under one name do not overlap, and one that fails lets the next one in', async () => {
  const name = `testudo-${randomUUID()}`;
  const told: string[] = [];
  const act = (word: string) => async (): Promise<void> => {
    told.push(`${word} begins`);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    told.push(`${word} ends`);
    if (word === 'b') throw new Error('b fails');
  };
  const all = await Promise.allSettled(['a', 'b', 'c', 'd'].map((word) => oneAtATime(name, act(word))));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(told).toHaveLength(8);
  const pairs = told.flatMap((word, index) => (index % 2 === 0 ? [`${word[0]}${told[index + 1]?.[0]}`] : []));
  expect(pairs.sort()).toEqual(['aa', 'bb', 'cc', 'dd']);
});

test('one at a time - a process that is killed holds up nobody', async () => {
  const name = `testudo-${randomUUID()}`;
  const program = `import { oneAtATime } from ${JSON.stringify(join(import.meta.dirname, 'one-at-a-time.ts'))};
    await oneAtATime(${JSON.stringify(name)}, () => new Promise(() => console.log('mine')));`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  let isDone = false;
  const waiting = oneAtATime(name, async () => void (isDone = true));
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  expect(isDone).toBe(false);
  holder.kill('SIGKILL');
  await waiting;
  expect(isDone).toBe(true);
});
