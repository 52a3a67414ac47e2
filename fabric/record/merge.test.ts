import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { deepFreeze } from './deep-freeze.ts';
import { diff, diffOf } from './diff.ts';
import { applyPatch, rebase } from './merge.ts';
import { plainEqual } from './plain-equal.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', 'toString');
const fields = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 })) as fc.Arbitrary<PlainRecord>;
const same = (left: PlainRecord, right: PlainRecord): boolean => plainEqual(left, right);

test('a difference leads from the one to the other', () => {
  fc.assert(fc.property(fields, fields, (before, after) => same(applyPatch(before, diff(before, after)), after)));
});

test('what gives fields their values is the difference to the fields with all of them', () => {
  fc.assert(
    fc.property(fields.map(deepFreeze), fields.map(deepFreeze), (before, values) => {
      const patch = diffOf(before, values);
      expect(patch).toEqual(diff(before, { ...before, ...values }));
      expect([patch, patch.set, patch.unset, patch.base].every(Object.isFrozen)).toBe(true);
    }),
  );
});

test('on the fields it was made on, a rebase is the change itself, without conflict', () => {
  fc.assert(
    fc.property(fields, fields, (before, after) => {
      const rebased = rebase(before, diff(before, after));
      expect(same(rebased.fields, after)).toBe(true);
      expect(rebased.conflicts).toEqual([]);
    }),
  );
});

test('the rebased patch leads from the current fields to the result, and names each conflict', () => {
  fc.assert(
    fc.property(fields, fields, fields, (before, after, current) => {
      const patch = diff(before, after);
      const rebased = rebase(current, patch);
      expect(same(applyPatch(current, rebased.patch), rebased.fields)).toBe(true);
      expect(same(diff(current, rebased.fields).set, rebased.patch.set)).toBe(true);
      for (const name of rebased.conflicts) expect([...Object.keys(patch.set), ...patch.unset]).toContain(name);
    }),
  );
});

test('rebasing twice changes nothing more', () => {
  fc.assert(
    fc.property(fields, fields, fields, (before, after, current) => {
      const patch = diff(before, after);
      const once = rebase(current, patch).fields;
      expect(same(rebase(once, patch).fields, once)).toBe(true);
    }),
  );
});

test('changes of different fields commute', () => {
  fc.assert(
    fc.property(fields, fc.jsonValue(), fc.jsonValue(), (before, left, right) => {
      const one = diff(before, { ...before, a: left } as PlainRecord);
      const other = diff(before, { ...before, b: right } as PlainRecord);
      const there = rebase(rebase(before, one).fields, other);
      const back = rebase(rebase(before, other).fields, one);
      expect(same(there.fields, back.fields)).toBe(true);
      expect([...there.conflicts, ...back.conflicts]).toEqual([]);
    }),
  );
});

test('both sides changed a field: the conflict is named and the patch wins', () => {
  const patch = diff({ a: 1, b: 1, c: 1 }, { a: 2, b: 2 });
  expect(rebase({ a: 3, b: 2, c: 4 }, patch)).toEqual({
    fields: { a: 2, b: 2 },
    patch: { set: { a: 2 }, unset: ['c'], base: { a: 3, c: 4 } },
    conflicts: ['a', 'c'],
  });
});

test('results are frozen and inputs stay as they were', () => {
  const current = { list: [1], keep: { deep: true } };
  const { fields: next } = rebase(current, { set: { list: [2] }, unset: [], base: { list: [1] } });
  expect(current).toEqual({ list: [1], keep: { deep: true } });
  expect(Object.isFrozen(next) && Object.isFrozen(next['list'])).toBe(true);
});

test('a field "__proto__" is refused', () => {
  const evil = JSON.parse('{"__proto__":{"admin":true}}') as PlainRecord;
  const refusal = expect.objectContaining({ code: 'BAD_REQUEST' });
  expect(() => applyPatch({}, { set: evil, unset: [], base: {} })).toThrow(refusal);
  expect(() => rebase({}, { set: {}, unset: ['__proto__'], base: {} })).toThrow(refusal);
  expect(() => diff({}, evil)).toThrow(refusal);
  expect(() => diffOf({ a: 1 }, evil)).toThrow(refusal);
});
