import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';
import { leavingHistory } from './leaving-history.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const eve: Principal = { user: 'eve', roles: [], tenant: 'main' };
const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
};
const thing = { modelName: 'thing' } as const;

test('history - a replica asks its authority, and while it is away tells what it has seen itself', async () => {
  const world = await modelWorld(model);
  const device = await world.replica('device-ada', ada);
  const { state } = await device.write({ ...thing, kind: 'create', input: { n: 1 } }, ada);
  await device.write({ ...thing, kind: 'update', id: state.id, input: { n: 2 } }, ada);
  await settled();
  const page = await device.history({ ...thing, id: state.id, limit: 1 }, ada);
  expect(page).toMatchObject({
    entries: [{ version: 2, seq: 2, user: 'ada', kind: 'update', source: 'authority' }],
    next: 2,
  });
  expect(page.entries[0]?.changes).toEqual({ n: { from: 1, to: 2 } });
  const rest = await device.history({ ...thing, id: state.id, before: 2 }, ada);
  expect(rest).toMatchObject({ entries: [{ version: 1, changes: { n: { to: 1 } } }], next: null });
  await world.cut('device-ada');
  await device.write({ ...thing, kind: 'update', id: state.id, input: { n: 3 } }, ada);
  const here = await device.history({ ...thing, id: state.id }, ada);
  expect(here.entries.map(({ version, source, user }) => [version, source, user])).toEqual([
    [3, 'host', null],
    [2, 'host', null],
    [1, 'host', null],
  ]);
  expect(here.entries[0]).toMatchObject({ seq: 0, changes: { n: { from: 2, to: 3 } } });
});

test('history - who may not read an object is not told of its changes, by no way', async () => {
  const world = await modelWorld(model);
  const { state } = await world.server.write({ ...thing, kind: 'create', input: { n: 1 } }, ada);
  await expect(world.server.history({ ...thing, id: state.id }, eve)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const guest = await world.guest('guest-eve', eve);
  const ask = (node: typeof guest, body: object): Promise<unknown> =>
    node.request('model.main.thing.history', { id: state.id, ...body }).catch(({ code }) => code);
  expect(await ask(guest, {})).toBe('NOT_FOUND');
  const own = await world.guest('guest-ada', ada);
  expect(await ask(own, { as: { user: 'eve', roles: [] } })).toBe('NOT_FOUND');
  expect(await ask(own, {})).toMatchObject({ entries: [{ version: 1 }] });
  expect(await ask(own, { limit: 'all' })).toBe('BAD_REQUEST');
});

test.each([{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { before: Number.NaN }])(
  'history - %j is refused',
  async (query) => {
    const { server } = await modelWorld(model);
    const { state } = await server.write({ ...thing, kind: 'create', input: {} }, ada);
    await expect(server.history({ ...thing, id: state.id, ...query }, ada)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  },
);

test('history - values leave as their serializers say, and a field that they leave out is not told', async () => {
  const serializers: ModelSpec['serializers'] = [
    { on: 'serialize', key: 'inner', value: () => undefined },
    { on: 'serialize', key: 'price', type: 'number', value: (_key, value) => `${Number(value)} €` },
  ];
  const { server } = await modelWorld({ ...model, serializers });
  const input = { price: 1, inner: 'secret', big: 'x'.repeat(2000) };
  const { state } = await server.write({ ...thing, kind: 'create', input }, ada);
  const changes = { price: 2, inner: 'more', gone: 1 };
  const after = await server.write({ ...thing, kind: 'update', id: state.id, input: changes }, ada);
  const page = await server.history({ ...thing, id: state.id }, ada);
  expect(Object.keys(page.entries[0]?.changes ?? {})).toContain('inner');
  const [report] = server.models();
  if (report === undefined) throw new Error('no model');
  const { entries } = await leavingHistory(server, report, { page, state: after.state });
  expect(entries.map((entry) => entry.changes)).toEqual([
    { price: { from: '1 €', to: '2 €' }, gone: { to: 1 } },
    { price: { to: '1 €' } },
  ]);
});
