import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ObjectState } from '../record/object-state.ts';
import { ObjectTable } from './object-table.ts';

const state = (id: string, deleted: boolean): ObjectState => ({ id, deleted }) as ObjectState;
const step = fc.record({
  id: fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('B', 'a', 'b', 'é') }),
  act: fc.constantFrom('set', 'delete', 'tombstone', 'read'),
});

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

test('object table - a state that is damaged leaves its index too: what comes back is found by its own values', () => {
  const table = new ObjectTable();
  table.setLazy([{ id: 'a', isSound: () => false, read: () => undefined, field: () => 'old', standing: () => 't' }], 1);
  table.index(['shelf']);
  expect(table.having('shelf', ['old'])).toEqual([]);
  const back = { ...state('a', false), fields: { shelf: 'new' } };
  table.set(back);
  expect([table.having('shelf', ['old']), table.having('shelf', ['new'])]).toEqual([[], [back]]);
});
