import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Datasource } from '../store/datasource.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { authorityCollections } from './authority-collections.ts';
import { AuthorityHistory } from './authority-history.ts';
import type { Authority, OpDraft } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: [], tenant: 'main' };
const { history } = authorityCollections('main/thing');

const open = (datasource: Datasource, keptChanges?: number): Promise<Authority> =>
  openPlainAuthority(datasource, { now: () => 7, ...(keptChanges === undefined ? {} : { keptChanges }) });

const set = (id: string, fields: OpDraft['patch']['set'], changes: Partial<OpDraft> = {}): OpDraft =>
  draftOp({ kind: 'update', id, patch: { set: fields, unset: [], base: {} }, ...changes });
const create = (id: string, fields: OpDraft['patch']['set']): OpDraft => set(id, fields, { kind: 'create' });
const versions = async (authority: Authority, id: string): Promise<readonly number[]> =>
  (await authority.history(id)).map(({ version }) => version);
const keptIn = async (datasource: Datasource): Promise<number> => (await datasource.range(history)).length;

test('history - who changed what from what to what, latest first, over a restart', async () => {
  const datasource = memoryRecords();
  const authority = await open(datasource);
  await authority.submit(create('a', { n: 1, text: 'x' }), ada);
  await authority.submit(set('a', { n: 2 }), sam);
  await authority.submit(
    draftOp({ kind: 'command', id: 'a', command: 'clear', patch: { set: {}, unset: ['text'], base: { text: 'x' } } }),
    ada,
  );
  await authority.submit(draftOp({ kind: 'delete', id: 'a' }), ada);
  const common = { atMs: 7, conflicts: [] };
  const expected = [
    { ...common, version: 4, seq: 4, kind: 'delete', command: null, opId: 'server:4', user: 'ada', changes: {} },
    { version: 3, kind: 'command', command: 'clear', changes: { text: { from: 'x' } } },
    { version: 2, kind: 'update', user: 'sam', changes: { n: { from: 1, to: 2 } } },
    { version: 1, kind: 'create', user: 'ada', changes: { n: { to: 1 }, text: { to: 'x' } } },
  ];
  expect(await authority.history('a')).toMatchObject(expected);
  expect(await (await open(datasource)).history('a')).toMatchObject(expected);
  expect(await authority.history('none')).toEqual([]);
});

test('history - an object that was handed over begins with the values that it came with', async () => {
  const authority = await open(memoryRecords());
  const input = { createdMs: 1, flow: null };
  const op = {
    ...set('a', { n: 1 }, { kind: 'hand-over', input }),
    replica: 'ann',
    partition: 'main/thing',
    counter: 1,
  };
  await authority.push({ replica: 'ann', ops: [op] }, ada);
  await authority.submit(set('a', { n: 2 }), ada);
  expect(await authority.history('a')).toMatchObject([
    { kind: 'update', changes: { n: { from: 1, to: 2 } } },
    { kind: 'hand-over', changes: { n: { to: 1 } } },
  ]);
});

test('history - ids that begin alike have each their own', async () => {
  const authority = await open(memoryRecords());
  const ids = ['a', 'a"', 'a\u0000', 'a0000000000000001', '', '"a"', 'a\\'].filter((id) => id !== '');
  for (const id of ids) await authority.submit(create(id, { id }), ada);
  for (const id of ids) {
    expect(await authority.history(id)).toMatchObject([{ version: 1, changes: { id: { to: id } } }]);
  }
});

test('history - a change that both sides made of a field names it', async () => {
  const authority = await open(memoryRecords());
  await authority.submit(create('a', { n: 1 }), ada);
  await authority.submit(set('a', { n: 2 }, { patch: { set: { n: 2 }, unset: [], base: { n: 1 } } }), ada);
  await authority.submit(set('a', { n: 3 }, { patch: { set: { n: 3 }, unset: [], base: { n: 1 } } }), sam);
  expect((await authority.history('a'))[0]).toMatchObject({ changes: { n: { from: 2, to: 3 } }, conflicts: ['n'] });
});

test('history - so many of each object are told, and not much more is kept; none with 0', async () => {
  const datasource = memoryRecords();
  const authority = await open(datasource, 4);
  await authority.submit(create('a', { n: 0 }), ada);
  await authority.submit(create('b', { n: 0 }), ada);
  for (let n = 1; n < 30; n += 1) {
    await authority.submit(set('a', { n }), ada);
    expect((await versions(authority, 'a')).length).toBe(Math.min(4, n + 1));
    expect(await keptIn(datasource)).toBeLessThanOrEqual(4 + 1 + 1);
  }
  expect(await versions(authority, 'a')).toEqual([30, 29, 28, 27]);
  expect(await versions(authority, 'b')).toEqual([1]);
  const less = await open(datasource, 2);
  expect(await versions(less, 'a')).toEqual([30, 29]);
  await less.submit(set('a', { n: 31 }), ada);
  expect(await keptIn(datasource)).toBe(2 + 1);
  const none = await open(datasource, 0);
  await none.submit(set('a', { n: 32 }), ada);
  expect(await keptIn(datasource)).toBe(0);
  const again = await open(datasource);
  await again.submit(set('a', { n: 33 }), ada);
  expect(await versions(again, 'a')).toEqual([33]);
});

test('history - many changes of one object in one commit are kept as those of many', async () => {
  const datasource = memoryRecords();
  const authority = await open(datasource, 4);
  const submits = Array.from({ length: 40 }, (_, n) =>
    authority.submit(n === 0 ? create('a', { n }) : set('a', { n }), ada),
  );
  await Promise.all(submits);
  expect(await versions(authority, 'a')).toEqual([40, 39, 38, 37]);
  expect(await keptIn(datasource)).toBeLessThanOrEqual(5);
});

test('history - a damaged change ends what is told, and nothing else', async () => {
  const datasource = memoryRecords();
  const authority = await open(datasource);
  await authority.submit(create('a', { n: 0 }), ada);
  for (const n of [1, 2, 3]) await authority.submit(set('a', { n }), ada);
  const damaged: Datasource = {
    ...datasource,
    async get(collection, key) {
      if (collection === history && Number(key) === 2) throw new TestudoError('CORRUPT', 'a flipped bit');
      return datasource.get(collection, key);
    },
  };
  const reader = await open(damaged);
  expect(await versions(reader, 'a')).toEqual([4, 3]);
  await reader.submit(set('a', { n: 4 }), ada);
  expect(await versions(reader, 'a')).toEqual([5, 4, 3]);
});

test('history - what was created is told as it was, where later changes are kept by their size', async () => {
  const authority = await open(memoryRecords());
  const long = 'x'.repeat(5000);
  await authority.submit(create('a', { n: 1, text: 'short', big: long }), ada);
  await authority.submit(set('a', { text: long, late: 1 }), ada);
  await authority.submit(set('a', { text: 's', n: 2, big: 1 }), ada);
  const [last, middle, first] = await authority.history('a');
  expect(last?.changes['text']).toEqual({ fromChars: 5002, to: 's' });
  expect(middle?.changes).toEqual({ text: { from: 'short', toChars: 5002 }, late: { to: 1 } });
  expect(first?.changes).toEqual({ n: { to: 1 }, text: { to: 'short' }, big: { toChars: 5002 } });
});

test('history - it is written in the commit of its change, and goes with what is purged', async () => {
  const datasource = memoryRecords();
  const authority = await open(datasource, 3);
  for (const fields of [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]) {
    await authority.submit(fields.n === 1 ? create('a', fields) : set('a', fields), ada);
    const seen = await open(datasource, 3);
    expect(seen.get('a')?.version).toBe((await seen.history('a'))[0]?.version);
  }
  const state = authority.get('a');
  if (state) await datasource.commit(await new AuthorityHistory({ datasource }, history).removals(state));
  expect(await keptIn(datasource)).toBe(0);
});

test('history - a store that fails as older changes are looked for leaves nothing of the change, which is made once', async () => {
  const datasource = memoryRecords();
  let fails = false;
  const authority = await open(
    {
      ...datasource,
      async get(collection, key) {
        if (fails && collection === history) throw new TestudoError('UNAVAILABLE', 'the disk does not answer');
        return datasource.get(collection, key);
      },
    },
    2,
  );
  await authority.submit(create('a', { n: 0 }), ada);
  await authority.submit(set('a', { n: 1 }), ada);
  const third = set('a', { n: 2 }, { requestId: 'ada:third' });
  fails = true;
  await expect(authority.submit(third, ada)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect([authority.seq, authority.get('a')?.version]).toEqual([2, 2]);
  fails = false;
  expect((await authority.submit(third, ada)).state.version).toBe(3);
  expect(authority.seq).toBe(3);
});
