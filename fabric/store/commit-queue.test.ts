import { expect, test } from 'vitest';
import { TestudoError } from '../error.ts';
import { commitQueue } from './commit-queue.ts';
import type { EncodedWrite } from './record-codec.ts';

const write = (key: string): readonly EncodedWrite[] => [{ collection: 'c', key, text: '1' }];

function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

test('a lone commit is applied by itself, and what queued behind it goes together', async () => {
  const groups: string[][] = [];
  const { passed, open } = gate();
  const commit = commitQueue({
    apply: async (writes) => {
      groups.push(writes.map(({ key }) => key));
      await passed;
    },
  });
  const first = commit(write('a'));
  await Promise.resolve();
  await Promise.resolve();
  const others = [commit(write('b')), commit(write('d'))];
  open();
  await Promise.all([first, ...others]);
  await commit(write('e'));
  expect(groups).toEqual([['a'], ['b', 'd'], ['e']]);
});

test('a commit that the store refuses costs only its own caller', async () => {
  const applied: string[] = [];
  const commit = commitQueue({
    apply: (writes) => {
      if (writes.some(({ key }) => key === 'bad')) throw new Error('disk says no');
      applied.push(...writes.map(({ key }) => key));
    },
  });
  const outcomes = await Promise.allSettled(['a', 'bad', 'b'].map((key) => commit(write(key))));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(applied).toEqual(['a', 'b']);
});

test('a store that is silent refuses all that wait at once, and takes what comes afterwards', async () => {
  const { passed, open } = gate();
  const applied: string[] = [];
  const commit = commitQueue({
    apply: async (writes) => {
      await passed;
      if (applied.push(...writes.map(({ key }) => key)) < 2) throw new TestudoError('DEADLINE', 'silent');
    },
  });
  const first = commit(write('a'));
  await Promise.resolve();
  await Promise.resolve();
  const outcomes = Promise.allSettled([first, commit(write('b')), commit(write('d'))]);
  open();
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await commit(write('e'));
  expect(applied).toEqual(['a', 'e']);
});

test('between groups the store may ask for a turn of its own, in which more can queue', async () => {
  const groups: number[] = [];
  const { passed, open } = gate();
  const commit = commitQueue({
    apply: () => undefined,
    rest: (commits) => {
      groups.push(commits);
      return passed;
    },
  });
  await commit(write('a'));
  const others = [commit(write('b')), commit(write('d'))];
  open();
  await Promise.all(others);
  expect(groups).toEqual([1, 2]);
});
