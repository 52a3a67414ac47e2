import { expect, test } from 'vitest';

import { CommitLane } from './commit-lane.ts';

/** A lane whose drafts are lists of words. */
function lane() {
  const committed: string[][] = [];
  const installed: string[][] = [];
  const opened = new CommitLane<string[]>({
    begin: () => [],
    commit: async (draft) => void committed.push(draft),
    install: (draft) => void installed.push(draft),
    isFull: () => false,
  });
  return { committed, installed, lane: opened };
}

test('a lane - what queues behind a commit shares the next one, and work that throws keeps nobody from it', async () => {
  const { committed, installed, lane: opened } = lane();
  const word = (text: string) => opened.do({ run: (draft) => draft.push(text) });
  const refused = opened.do({ run: () => Promise.reject(new Error('no')) });
  const [first, , second] = await Promise.allSettled([word('a'), refused, word('b')]);
  expect([first, second]).toMatchObject([{ value: 1 }, { value: 2 }]);
  await expect(refused).rejects.toThrow('no');
  expect([committed, installed]).toEqual([[['a', 'b']], [['a', 'b']]]);
});

test('a lane - work that is alone and throws in the midst of it leaves nothing of its draft', async () => {
  const { committed, installed, lane: opened } = lane();
  const half = opened.do({
    isAlone: true,
    run(draft) {
      draft.push('half');
      return Promise.reject(new Error('the disk does not answer'));
    },
  });
  await expect(half).rejects.toThrow('the disk does not answer');
  await opened.do({ run: (draft) => draft.push('next') });
  expect([committed, installed]).toEqual([[['next']], [['next']]]);
});
