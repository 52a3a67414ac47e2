import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ObjectState } from '../record/object-state.ts';
import { ObjectTable } from './object-table.ts';

const state = (id: string, deleted: boolean): ObjectState => ({ id, deleted }) as ObjectState;
const step = fc.record({
  id: fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('B', 'a', 'b', 'é') }),
  act: fc.constantFrom('set', 'delete', 'tombstone', 'read'),
});

const byUnit = (left: string, right: string): number => (left < right ? -1 : 1);

function apply(table: ObjectTable, steps: readonly { readonly id: string; readonly act: string }[]): void {
  for (const { id, act } of steps) {
    if (act === 'read') table.after('', 3);
    else if (act === 'delete') table.delete(id);
    else table.set(state(id, act === 'tombstone'));
  }
}

/** Ids that are there after these steps. */
function applied(steps: readonly { readonly id: string; readonly act: string }[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id, act } of steps) if (act !== 'read') ids[act === 'delete' ? 'delete' : 'add'](id);
  return ids;
}

test('object table - ids stay in order and ranges are exact, whatever comes and goes', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.string({ maxLength: 2 }),
      fc.string({ maxLength: 2 }),
      (steps, after, through) => {
        const table = new ObjectTable();
        const oracle = new Map<string, ObjectState>();
        for (const { id, act } of steps) {
          if (act === 'read')
            expect([table.get(id), table.idsBetween('', null).length]).toEqual([oracle.get(id), oracle.size]);
          else if (act === 'delete') {
            table.delete(id);
            oracle.delete(id);
          } else {
            const next = state(id, act === 'tombstone');
            table.set(next);
            oracle.set(id, next);
          }
        }
        const ids = [...oracle.keys()].sort((left, right) => (left < right ? -1 : 1));
        expect(table.size).toBe(ids.length);
        expect(table.list()).toEqual(ids.map((id) => oracle.get(id)).filter((each) => each?.deleted === false));
        expect(table.after(after, 3).map(({ id }) => id)).toEqual(ids.filter((id) => id > after).slice(0, 3));
        expect(table.idsBetween(after, null)).toEqual(ids.filter((id) => id > after));
        if (through >= after)
          expect(table.idsBetween(after, through)).toEqual(ids.filter((id) => id > after && id <= through));
      },
    ),
  );
});

test('object table - one that begins with what another has goes on by itself, and so does the other', () => {
  const made = fc.array(step, { maxLength: 12 });
  const ids = (table: ObjectTable): readonly string[] => table.idsBetween('', null);
  fc.assert(
    fc.property(made, made, made, fc.boolean(), (before, mine, theirs, isFirst) => {
      const [other, begun, alone] = [new ObjectTable(), new ObjectTable(), new ObjectTable()];
      for (const table of [other, alone]) apply(table, before);
      begun.begin(other);
      apply(isFirst ? other : begun, isFirst ? theirs : mine);
      apply(isFirst ? begun : other, isFirst ? mine : theirs);
      expect(ids(begun)).toEqual([...applied([...before, ...mine])].sort(byUnit));
      apply(alone, theirs);
      expect([ids(other), other.list()]).toEqual([ids(alone), alone.list()]);
    }),
  );
});

test('object table - a state that is damaged leaves its index too: what comes back is found by its own values', () => {
  const table = new ObjectTable();
  table.setLazy([{ id: 'a', isSound: () => false, read: () => undefined, field: () => 'old', standing: () => 't' }], 1);
  table.index(['shelf']);
  expect(table.having('shelf', ['old'])).toEqual([]);
  const back = { ...state('a', false), fields: { shelf: 'new' } };
  table.set(back);
  expect([table.having('shelf', ['old']), table.having('shelf', ['new'])]).toEqual([[], [back]]);
});
