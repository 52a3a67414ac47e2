import type { ObjectState } from '@testudo/fabric/record/object-state';
import { ObjectTable } from '@testudo/fabric/store/object-table';
import { answer } from '@testudo/fabric/store/queries';
import type { Query } from '@testudo/fabric/store/query-api';

import { measure, perSecond } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';
import { fieldsOf } from './objects.ts';

const OBJECTS = 20_000;
const QUERIES = 20;
const GROUPS = 200;

const states = Array.from({ length: OBJECTS }, (_, index): ObjectState => {
  const id = `o${String(index).padStart(6, '0')}`;
  const made = { owner: 'ada', createdMs: 0, updatedMs: 0, flow: null, deleted: false };
  const fields = { ...fieldsOf(index), group: `g${index % GROUPS}`, rank: index };
  return { id, modelName: 'item', version: 1, seq: index + 1, schemaVersion: 1, fields, ...made };
});

function tableWith(indexes: readonly string[]): ObjectTable {
  const table = new ObjectTable();
  table.index(indexes);
  for (const state of states) table.set(state);
  return table;
}

/** @param limit objects of each answer, so that nobody answers something else */
function roundOf(ask: (group: string) => number, expected: number): Round {
  return () =>
    perSecond(QUERIES, () => {
      for (let query = 0; query < QUERIES; query += 1)
        if (ask(`g${query}`) !== expected) throw new Error('an answer is not what was asked for');
    });
}

const may = (state: ObjectState): boolean => state.owner === 'ada';

function contest(name: string, indexes: readonly string[], query: (group: string) => Query): Promise<readonly Row[]> {
  const table = tableWith(indexes);
  const expected = OBJECTS / GROUPS;
  const filter = (group: string): number =>
    states
      .filter((state) => state.fields['group'] === group && may(state))
      .sort((a, b) => Number(b.fields['rank']) - Number(a.fields['rank'])).length;
  return measure({
    name,
    unit: 'queries/s',
    ours: roundOf((group) => answer(table, query(group), may).objects.length, expected),
    peers: [{ name: 'Array.filter and sort', round: roundOf(filter, expected), limit: null }],
  });
}

const query = (group: string): Query => ({ where: { group }, sort: ['-rank'] });

/** 100 of 20,000 objects, sorted: by an index of the field, and by looking at all of them. */
export const queries: Group = {
  name: 'query',
  run: async () => [
    ...(await contest('query over 20,000, indexed field', ['group'], query)),
    ...(await contest('query over 20,000, no index', [], query)),
  ],
};
