import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ObjectState } from '../record/object-state.ts';
import { standings } from '../record/standing.ts';
import { idsOf } from '../store/ids-of.ts';
import { ObjectTable } from '../store/object-table.ts';
import { answer } from '../store/queries.ts';
import type { Query } from '../store/query-api.ts';
import { blockText, readBlock } from './block-text.ts';

const count = { version: 1, schemaVersion: 1, createdMs: 0, updatedMs: 0 };
const value = fc.oneof(
  fc.constantFrom(null, true, 1, 2, 'a', 'line\nbreak', '],\n{"id":"x"}', 'é\u2028'),
  fc.constant({ nested: [{ id: 'n' }] }),
);
const fields = fc.dictionary(fc.constantFrom('shelf', 'constructor', 'note'), value);
const due = fc.array(fc.constant({ port: 'pick', event: 'created', key: 'k' }), { maxLength: 1 });
const flow = fc.option(fc.record({ owner: fc.constant('b1'), epoch: fc.constant(1), due, done: fc.constant([]) }));
const state = fc.record({ number: fc.nat(20), fields, deleted: fc.boolean(), flow, seq: fc.nat(9) });
const toState = ({
  number,
  ...rest
}: { number: number } & Pick<ObjectState, 'fields' | 'deleted' | 'flow' | 'seq'>): ObjectState => ({
  ...{ id: `n${String(number).padStart(2, '0')}`, modelName: 'note', owner: 'ada', ...count },
  ...rest,
});

type Step =
  | { readonly act: 'get' | 'delete' | 'set'; readonly state: ObjectState }
  | { readonly act: 'ask'; readonly query: Query };
const query = fc.oneof(
  fc.record({ limit: fc.integer({ min: 1, max: 5 }), after: fc.constantFrom('', 'n05', 'n17') }),
  fc.record({ where: fc.record({ shelf: fc.constantFrom(null, 1, 'a', 'line\nbreak') }) }),
  fc.record({ where: fc.record({ constructor: fc.constantFrom(null, 1, 'a') }) }),
  fc.record({ where: fc.constant({}), sort: fc.constantFrom(['@version'], ['-shelf']) }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    act: fc.constantFrom('get' as const, 'delete' as const, 'set' as const),
    state: state.map(toState),
  }),
  fc.record({ act: fc.constant('ask' as const), query }),
);

function fail(id: string): never {
  throw new Error(`${id} is damaged`);
}

function do1(table: ObjectTable, each: Step): unknown {
  if (each.act === 'ask') return answer(table, each.query, ({ id }) => id !== 'n03');
  if (each.act === 'set') table.set(each.state);
  else if (each.act === 'delete') table.delete(each.state.id);
  return table.get(each.state.id);
}

test('lazy blocks - states that are read when they are asked for are as if all had been read, whatever is asked and done', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(state.map(toState), { selector: ({ id }) => id, maxLength: 12 }), { maxLength: 3 }),
      fc.subarray(['shelf', 'constructor']),
      fc.subarray(['shelf', 'constructor', 'note']),
      fc.array(step, { maxLength: 20 }),
      (blocks, columns, indexes, steps) => {
        const [lazy, eager] = [new ObjectTable(), new ObjectTable()];
        for (const states of blocks) {
          const block = readBlock(blockText(states, columns), fail);
          lazy.setLazy(block?.states ?? [], block?.seq ?? 0);
          for (const each of states) eager.set(each);
        }
        for (const table of [lazy, eager]) table.index(indexes);
        for (const each of steps) expect(do1(lazy, each)).toEqual(do1(eager, each));
        for (const standing of Object.values(standings))
          expect(idsOf(lazy, [standing])).toEqual(idsOf(eager, [standing]));
        expect(lazy.list()).toEqual(eager.list());
        expect([lazy.seq, lazy.size, lazy.idsBetween('', null)]).toEqual([
          eager.seq,
          eager.size,
          eager.idsBetween('', null),
        ]);
      },
    ),
    { numRuns: 1000 },
  );
});

test('lazy blocks - a turned bit or a lost end is damage to one state or to the whole block, and never another state', () => {
  const states = ['a', 'b', 'c'].map((note, number) =>
    toState({ number, fields: { note }, deleted: false, flow: null, seq: 1 }),
  );
  const text = blockText(states, ['note']);
  const head = text.indexOf('\n');
  fc.assert(
    fc.property(fc.integer({ min: head + 1, max: text.length - 1 }), fc.nat(6), fc.boolean(), (at, bit, isCut) => {
      const turned = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
      const told: string[] = [];
      const found = readBlock(isCut ? text.slice(0, at) : turned, (id) => void told.push(id))?.states ?? [];
      for (const each of found) {
        const original = states.find(({ id }) => id === each.id);
        expect(each.read()).toEqual(told.includes(each.id) ? undefined : original);
      }
    }),
    { numRuns: 1000 },
  );
});

test('lazy blocks - a line break that turns over costs its neighbours alone, and what an earlier version wrote is read', () => {
  const states = ['a', 'b', 'c', 'd'].map((note, number) =>
    toState({ number, fields: { note }, deleted: false, flow: null, seq: 1 }),
  );
  const text = blockText(states, ['note']);
  const told: string[] = [];
  const at = text.lastIndexOf('\n', text.indexOf('"n02"'));
  const turned = readBlock(`${text.slice(0, at)}J${text.slice(at + 1)}`, (id) => void told.push(id));
  expect(turned?.states.map((each) => each.read())).toEqual(states);
  const earlier = text.replace(/"lengths":[^\]]*\],/, '');
  expect(earlier).not.toBe(text);
  expect(readBlock(earlier, fail)?.states.map((each) => each.read())).toEqual(states);
  expect(told).toEqual([]);
});

test('lazy blocks - a question by a field that has a column, and a first page, read what they give and no more', () => {
  const states = Array.from({ length: 100 }, (_, number) =>
    toState({ number, fields: { shelf: `s${number % 4}` }, deleted: false, flow: null, seq: number }),
  );
  const block = readBlock(blockText(states, ['shelf']), fail);
  const read = new Set<string>();
  const spied = (block?.states ?? []).map((each) => ({
    id: each.id,
    isSound: () => each.isSound(),
    field: (name: string) => each.field(name),
    standing: () => each.standing(),
    read: () => (read.add(each.id), each.read()),
  }));
  const table = new ObjectTable();
  table.setLazy(spied, 99);
  table.index(['shelf']);
  expect(read.size).toBe(0);
  expect(answer(table, { where: { shelf: 's1' } }, () => true).objects).toHaveLength(25);
  expect(read.size).toBe(25);
  expect(answer(table, { limit: 10 }, () => true).next).toBe('n09');
  expect(read.size).toBe(25 + 8);
});
