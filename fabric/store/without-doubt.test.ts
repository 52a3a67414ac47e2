import { expect, test } from 'vitest';
import { TestudoError } from '../error.ts';
import { commitQueue } from './commit-queue.ts';
import type { EncodedWrite } from './record-codec.ts';
import { withoutDoubt } from './without-doubt.ts';

const write = (key: string, text: string): EncodedWrite => ({ collection: 'c', key, text });
const doubt = (): TestudoError => new TestudoError('DEADLINE', 'silent', { data: { inDoubt: true } });

/** A store whose commits come to what the list says, one after the other; afterwards all succeed. */
function world(...fates: readonly ('lost' | 'landed' | 'refused')[]) {
  const texts = new Map<string, string>();
  const left = [...fates];
  const state = { landings: 0, isSilent: false };
  const commit = commitQueue({
    apply: withoutDoubt({
      async apply(writes) {
        const fate = left.shift();
        if (fate === 'refused') throw new TestudoError('STORAGE_FULL', 'no room');
        if (fate !== 'lost') for (const { key, text } of writes) texts.set(key, text ?? '');
        if (fate !== undefined) throw doubt();
      },
      async text(_collection, key) {
        if (state.isSilent) throw new TestudoError('DEADLINE', 'silent');
        return texts.get(key);
      },
      onLanded: () => void (state.landings += 1),
    }),
  });
  return { commit, texts, state };
}

test('a commit in doubt that is not there costs nobody else anything', async () => {
  const { commit, texts, state } = world('lost');
  await expect(commit([write('a', '1')])).rejects.toMatchObject({ data: { inDoubt: true } });
  await commit([write('b', '2')]);
  expect([[...texts], state.landings]).toEqual([[['b', '2']], 0]);
});

test('one without writes is not there, whatever became of it', async () => {
  const { commit, texts, state } = world('landed');
  await expect(commit([])).rejects.toMatchObject({ data: { inDoubt: true } });
  await commit([write('b', '2')]);
  expect([[...texts], state.landings]).toEqual([[['b', '2']], 0]);
});

test('one that is there is told, and nothing is written over it, however often that is asked for', async () => {
  const { commit, texts, state } = world('landed');
  await expect(commit([write('a', '1'), write('a', '2')])).rejects.toMatchObject({ code: 'DEADLINE' });
  await expect(commit([write('a', '3')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(commit([write('b', '3')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect([...texts]).toEqual([['a', '2']]);
  expect(state.landings).toBeGreaterThan(0);
});

test('while nobody can say what became of it nothing is written', async () => {
  const { commit, texts, state } = world('lost');
  await expect(commit([write('a', '1')])).rejects.toMatchObject({ code: 'DEADLINE' });
  state.isSilent = true;
  await expect(commit([write('b', '2')])).rejects.toMatchObject({ code: 'DEADLINE' });
  expect(texts.size).toBe(0);
  state.isSilent = false;
  await commit([write('d', '3')]);
  expect([...texts]).toEqual([['d', '3']]);
});

test('a refusal is no doubt: the store goes on without a look', async () => {
  const { commit, texts, state } = world('refused');
  await expect(commit([write('a', '1')])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  texts.set('a', '1');
  await commit([write('a', '2')]);
  expect([texts.get('a'), state.landings]).toEqual(['2', 0]);
});
