import { expect, test } from 'vitest';

import { settled } from '../testing/virtual-platform.ts';
import { DeadlyOps, type SuspectOp } from './deadly-ops.ts';

function book() {
  const errors: unknown[] = [];
  const deadly = new DeadlyOps({ onError: (error) => void errors.push(error) });
  const op = (key: string, tryAlone: SuspectOp['tryAlone'], build = 'b1'): SuspectOp => {
    return { key: () => key, what: `op ${key}`, build, tryAlone };
  };
  const codeOf = (suspect: SuspectOp): string => {
    try {
      deadly.demandHarmless(suspect);
      return 'harmless';
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };
  return { deadly, op, codeOf, errors };
}

const dies = async (): Promise<string> => 'it ran away';

test('a suspect is undecided while it is tried, deadly after two deaths, and tried anew by another build', async () => {
  const { deadly, op, codeOf, errors } = book();
  expect(codeOf(op('a', dies))).toBe('harmless');
  deadly.suspect(op('a', dies));
  expect(codeOf(op('a', dies))).toBe('REALM_LOST');
  await settled();
  expect([codeOf(op('a', dies)), codeOf(op('b', dies))]).toEqual(['HOOK_TIMEOUT', 'harmless']);
  expect(errors).toMatchObject([{ code: 'HOOK_TIMEOUT' }]);
  expect([codeOf(op('a', dies, 'b2')), codeOf(op('a', dies))]).toEqual(['harmless', 'harmless']);
});

test('one death alone convicts nobody, nor does a trial that cannot be held', async () => {
  const { deadly, op, codeOf, errors } = book();
  const deaths: (string | null)[] = [null, 'it ran away'];
  const once = op('a', async () => deaths.pop() ?? null);
  const none = op('b', () => Promise.reject(new Error('no realm')));
  deadly.suspect(once);
  deadly.suspect(none);
  await settled();
  expect(deaths).toEqual([]);
  expect([codeOf(once), codeOf(none)]).toEqual(['harmless', 'harmless']);
  expect(errors).toEqual([new Error('no realm')]);
});

test('no more than fifty wait for their trial, one at a time, and no more than a thousand are remembered', async () => {
  const { deadly, op, codeOf } = book();
  const ends: ((reason: string) => void)[] = [];
  for (let n = 0; n < 60; n += 1) deadly.suspect(op(`w${n}`, () => new Promise((resolve) => ends.push(resolve))));
  await settled();
  expect(ends).toHaveLength(1);
  expect([codeOf(op('w49', dies)), codeOf(op('w50', dies))]).toEqual(['REALM_LOST', 'harmless']);
  for (let n = 0; n < 100; n += 1) {
    ends[n]?.('it ran away');
    await settled();
  }
  for (let n = 0; n < 1000; n += 1) {
    deadly.suspect(op(`d${n}`, dies));
    await settled();
  }
  expect([codeOf(op('w0', dies)), codeOf(op('d999', dies))]).toEqual(['harmless', 'HOOK_TIMEOUT']);
});

test('an op that cannot be told from others is never suspected', async () => {
  const { deadly, op, codeOf } = book();
  deadly.suspect(op('', dies));
  await settled();
  expect(codeOf(op('', dies))).toBe('harmless');
});
