import fc from 'fast-check';
import { expect, test } from 'vitest';

import { plainEqual } from '../record/plain-equal.ts';
import type { Op } from '../record/op.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import type { DecidedOp } from './authority-book.ts';
import { asPlain } from './keys.ts';
import { opDigest } from './op-digest.ts';
import { packKey, packOps, packSize, packStart, unpackOp } from './packed-ops.ts';
import type { OpResult } from './wire.ts';

const op = (counter: number, input: unknown = null): Op => ({
  ...draftOp({ input: input as Op['input'] }),
  replica: 'ann',
  partition: 'main/thing',
  counter,
});
const accepted = (counter: number): OpResult => ({ counter, status: 'accepted', seq: counter * 7 });
const refused = (counter: number): OpResult => ({
  counter,
  status: 'refused',
  error: { code: 'VALIDATION', message: `no ${counter}` },
});
const crossed = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('packed ops - each op is given the result that it had, and another one under its number none', () => {
  const results = Array.from({ length: packSize }, (_, index) =>
    (index % 3 === 0 ? refused : accepted)(index + packSize + 1),
  );
  const decided = results.map<DecidedOp>((result) => ({ op: op(result.counter), result }));
  const packed = crossed(packOps(decided));
  expect(decided.map((each) => unpackOp(packed, crossed(each.op)))).toEqual(results);
  expect(unpackOp(packed, op(2 * packSize, 'another'))).toBeNull();
  expect(JSON.stringify(packed).length / packSize).toBeLessThan(40);
});

test('packed ops - of a record that was missing nothing is known', () => {
  const packed = packOps([{ op: op(1), result: accepted(1) }, undefined, { op: op(3), result: refused(3) }]);
  expect([1, 2, 3, 4].map((counter) => unpackOp(packed, op(counter)))).toEqual([
    accepted(1),
    undefined,
    refused(3),
    undefined,
  ]);
});

test('packed ops - ops that share a record have counters that follow one another', () => {
  expect([1, packSize, packSize + 1, 2 * packSize].map(packStart)).toEqual([1, 1, packSize + 1, packSize + 1]);
  expect(packKey({ replica: 'ann', counter: packSize })).toBe(packKey({ replica: 'ann', counter: 1 }));
});

test('op digest - is equal for equal ops, in whatever order their keys come, and for no others', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const [one, other] = [op(1, left), op(1, right)].map(crossed) as [Op, Op];
      const turned = Object.fromEntries(Object.entries(one).reverse()) as unknown as Op;
      expect(opDigest(turned)).toBe(opDigest(one));
      expect(opDigest(one) === opDigest(other)).toBe(plainEqual(asPlain(one), asPlain(other)));
    }),
  );
});
