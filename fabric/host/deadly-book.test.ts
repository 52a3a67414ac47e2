import { expect, test } from 'vitest';

import { memoryDatasource } from '../store/memory-datasource.ts';
import type { Decision } from '../spec/decision.ts';
import { settled } from '../testing/virtual-platform.ts';
import { DeadlyBook, deadlyRecord, type DeadlyNote, type SuspectOp } from './deadly-book.ts';

const decided = { build: 'alone' } as unknown as Decision;

function book(kept: readonly DeadlyNote[] = []) {
  const errors: unknown[] = [];
  const datasource = memoryDatasource();
  const deadly = new DeadlyBook({ datasource, onError: (error) => void errors.push(error) }, kept);
  const codeOf = async (suspect: SuspectOp): Promise<string> => {
    try {
      return (await deadly.decide(suspect)) === null ? 'harmless' : 'decided alone';
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };
  const noted = (): Promise<unknown> => datasource.get(deadlyRecord.collection, deadlyRecord.key);
  return { deadly, codeOf, errors, noted };
}

function op(key: string, reasonOf: () => Promise<string | null>, build = 'b1'): SuspectOp {
  const tryAlone = async () => ({ reason: await reasonOf(), decision: () => decided });
  return { key: () => key, what: `op ${key}`, build, tryAlone };
}

const dies = async (): Promise<string> => 'it ran away';
const lives = async (): Promise<null> => null;

test('a suspect is undecided while it is tried, deadly after two deaths, and tried anew by another build', async () => {
  const { deadly, codeOf, errors, noted } = book();
  expect(await codeOf(op('a', dies))).toBe('harmless');
  deadly.suspect(op('a', dies));
  expect(await codeOf(op('a', dies))).toBe('REALM_LOST');
  await settled();
  expect([await codeOf(op('a', dies)), await codeOf(op('b', dies))]).toEqual(['HOOK_TIMEOUT', 'harmless']);
  expect(errors).toMatchObject([{ code: 'HOOK_TIMEOUT' }]);
  expect(await noted()).toEqual([{ key: 'a', build: 'b1', begun: 2, deaths: 2, cleared: 0, reason: 'it ran away' }]);
  expect([await codeOf(op('a', dies, 'b2')), await codeOf(op('a', dies))]).toEqual(['harmless', 'harmless']);
  await settled();
  expect(await noted()).toBeUndefined();
});

test('one death convicts nobody who outlives the next trial, and what its realm has outlived is not kept', async () => {
  const { deadly, codeOf, errors, noted } = book();
  const deaths: (string | null)[] = [null, 'it ran away', null, 'it ran away'];
  const once = op('a', async () => deaths.pop() ?? null);
  deadly.suspect(once);
  await settled();
  expect(await codeOf(once)).toBe('harmless');
  expect(await noted()).toMatchObject([{ begun: 1, deaths: 0, cleared: 1 }]);
  deadly.suspect(once);
  await settled();
  expect(deaths).toEqual([]);
  expect(await noted()).toMatchObject([{ begun: 2, deaths: 0, cleared: 2 }]);
  deadly.outlived(once);
  await settled();
  expect([errors, await noted()]).toEqual([[], undefined]);
});

test('who was cleared twice, and was there when a realm ended once more, is decided where nothing else runs', async () => {
  const { deadly, codeOf } = book();
  const there = op('a', lives);
  deadly.suspect(there);
  await settled();
  expect(await codeOf(there)).toBe('harmless');
  deadly.suspect(there);
  await settled();
  expect([await codeOf(there), await codeOf(there)]).toEqual(['decided alone', 'harmless']);
});

test('an op of which five trials could not be held to their end is refused', async () => {
  const { deadly, codeOf, errors } = book();
  const none = op('a', () => Promise.reject(new Error('no realm')));
  for (let end = 0; end < 5; end += 1) {
    expect(await codeOf(none)).toBe('harmless');
    deadly.suspect(none);
    await settled();
  }
  expect(await codeOf(none)).toBe('HOOK_TIMEOUT');
  expect(errors.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => new Error('no realm')));
});

test('no more than fifty wait for their trial, one at a time; others are tried when they come again', async () => {
  const { deadly, codeOf } = book();
  const ends: ((reason: string) => void)[] = [];
  const waits = (n: number): SuspectOp => op(`w${n}`, () => new Promise((resolve) => ends.push(resolve)));
  for (let n = 0; n < 60; n += 1) deadly.suspect(waits(n));
  await settled();
  expect(ends).toHaveLength(1);
  expect([await codeOf(waits(49)), await codeOf(waits(50))]).toEqual(['REALM_LOST', 'REALM_LOST']);
  for (let n = 0; n < 100; n += 1) {
    ends[n]?.('it ran away');
    await settled();
  }
  expect(ends).toHaveLength(100);
  expect(await codeOf(op('w50', dies))).toBe('REALM_LOST');
  await settled();
  expect(await codeOf(op('w50', dies))).toBe('HOOK_TIMEOUT');
});

test('no more than a hundred are noted: the oldest makes room, first of those that were refused', async () => {
  const note = { build: 'b1', begun: 2, reason: 'it ran away', cleared: 0 };
  const undecided = { ...note, key: 'undecided', deaths: 1 };
  const { deadly, codeOf, noted } = book([
    undecided,
    ...Array.from({ length: 99 }, (_, n) => ({ ...note, key: `d${n}`, deaths: 2 })),
  ]);
  deadly.notice(op('slow', dies));
  await settled();
  const keys = ((await noted()) as unknown as readonly DeadlyNote[]).map(({ key }) => key);
  expect([keys.length, keys[0], keys[1], keys.at(-1)]).toEqual([100, 'undecided', 'd1', 'slow']);
  expect([await codeOf(op('d0', dies)), await codeOf(op('d1', dies))]).toEqual(['harmless', 'HOOK_TIMEOUT']);
  for (let n = 0; n < 99; n += 1) deadly.notice(op(`s${n}`, dies));
  await settled();
  expect(((await noted()) as unknown as readonly DeadlyNote[]).map(({ key }) => key).slice(0, 2)).toEqual([
    'slow',
    's0',
  ]);
});

test('an op that cannot be told from others is never suspected', async () => {
  const { deadly, codeOf } = book();
  deadly.suspect(op('', dies));
  await settled();
  expect(await codeOf(op('', dies))).toBe('harmless');
});
