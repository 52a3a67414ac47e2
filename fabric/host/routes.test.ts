import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { RouteHandler, RoutePorts } from '../spec/route-spec.ts';
import { objectWorld } from '../testing/object-world.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { HostEvent } from './host-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: [], tenant: 'main' };
const nobody: Principal = { user: '', roles: [], tenant: 'main' };

/** What the last route was given, for use after its call. */
const kept: { ports?: RoutePorts } = {};

const handlers: { readonly [name: string]: RouteHandler } = {
  read: async ({ params }, _res, ports) => ports.findModel(params['id'] ?? ''),
  list: async (_req, _res, ports) => ports.listModels({ sort: ['weight'] }),
  make: async ({ body }, res, ports) => res.status(201).json(await ports.createModel(body as PlainRecord)),
  edit: async ({ params, body }, _res, ports) => ports.editModel(params['id'] ?? '', body as PlainRecord),
  remove: async ({ params }, _res, ports) => ports.removeModel(params['id'] ?? ''),
  weigh: async ({ params, body }, _res, ports) => ports.invokePort(params['id'] ?? '', 'weigh', body),
  ship: async ({ params }, _res, ports) => ports.invokePort(params['id'] ?? '', 'ship'),
  tell: async ({ params }, _res, ports) => ports.emitEvent('parcelSeen', params['id'] ?? '', { by: 'gate' }),
  keep: (_req, _res, ports) => void (kept.ports = ports),
  hang: () => new Promise(() => undefined),
};

const parcel = defineModel({
  modelName: 'parcel',
  endpoint: 'parcels',
  factory: () => (input) => input,
  ports: {
    weigh: { type: 'inbound', keys: 'weight' },
    loop: { type: 'inbound', keys: 'weight' },
    ship: { type: 'outbound', service: 'carrier' },
  },
  routes: Object.keys(handlers).map((name) => ({
    path: `/parcels/:id/do/${name}`,
    get: handlers[name] as RouteHandler,
    post: handlers[name] as RouteHandler,
  })),
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
});

const mail = {
  models: { parcel },
  adapters: {
    ship: (carrier: { name: string }) => () => ({ by: carrier.name }),
    loop:
      () =>
      async ({ model }: { model: { loop(): Promise<PlainRecord> } }) =>
        model.loop(),
  },
  services: { carrier: () => ({ name: 'c' }) },
};
const bindings = {
  adapters: { 'parcel.ship': 'mail#ship', 'parcel.loop': 'mail#loop' },
  services: { carrier: 'mail#carrier' },
};

/** A server with a parcel of ada's, and the way to its routes. */
async function mailWorld() {
  const world = await objectWorld({ mail }, bindings);
  const { host } = world;
  const { state } = await host.write({ modelName: 'parcel', kind: 'create', input: { weight: 1 } }, ada);
  const route = async (name: string, principal = ada, body: Plain = null, method = 'POST'): Promise<Plain> => {
    const path = `/parcels/${state.id}/do/${name}`;
    const request = { method, path, params: { id: state.id }, query: {}, headers: {}, body };
    return (await host.route({ modelName: 'parcel', route: `/parcels/:id/do/${name}`, request }, principal)).body;
  };
  return { ...world, state, route };
}

test('routes - a handler reads and changes objects as its caller may', async () => {
  const { host, state, route } = await mailWorld();
  const events: HostEvent[] = [];
  host.on((event) => events.push(event));
  const seen = { id: state.id, modelName: 'parcel' };
  expect(await route('read')).toEqual({ ...seen, weight: 1, version: 1 });
  expect(await route('list', ada, null, 'GET')).toEqual([{ ...seen, weight: 1, version: 1 }]);
  expect(await route('edit', ada, { note: 'x' })).toEqual({ ...seen, weight: 1, note: 'x', version: 2 });
  expect(await route('weigh', ada, { weight: 5 })).toEqual({ weight: 5 });
  expect(await route('ship'), 'an outbound port gives its result, and changes nothing').toEqual({ by: 'c' });
  expect(await route('tell')).toBeNull();
  expect(events).toContainEqual(expect.objectContaining({ type: 'domain', name: 'parcelSeen', id: state.id }));
  expect(await route('make', sam, { weight: 2 })).toMatchObject({ weight: 2 });
  expect(await route('list', sam)).toHaveLength(1);
  expect((await host.find('parcel', state.id, ada)).fields).toEqual({ weight: 5, note: 'x' });
  await route('remove');
  await expect(host.find('parcel', state.id, ada)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each(['read', 'edit', 'weigh', 'ship', 'remove', 'tell'])(
  'routes - %s of another user’s object finds nothing',
  async (name) => {
    const { host, state, route } = await mailWorld();
    for (const principal of [sam, nobody])
      await expect(route(name, principal, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await host.find('parcel', state.id, ada)).toMatchObject({ version: 1 });
  },
);

test('routes - nobody creates nothing', async () => {
  const { route } = await mailWorld();
  await expect(route('make', nobody, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('routes - a get changes nothing, and what a handler keeps is of no use after its call', async () => {
  const { host, state, route } = await mailWorld();
  for (const name of ['edit', 'weigh', 'remove', 'make', 'tell'])
    await expect(route(name, ada, {}, 'GET')).rejects.toMatchObject({ code: 'METHOD_UNKNOWN' });
  await route('keep');
  await expect(kept.ports?.findModel(state.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await host.find('parcel', state.id, ada)).toMatchObject({ version: 1 });
});

test('routes - one that never answers is given up', async () => {
  const { platform, route } = await mailWorld();
  let late: unknown;
  route('hang').catch((error: unknown) => {
    late = error;
  });
  for (await settled(); late === undefined; await settled()) platform.pass(1000);
  expect(late).toMatchObject({ code: 'DEADLINE' });
});

test('calls - a port that calls itself ends after sixteen calls', async () => {
  const { host, state, counts } = await mailWorld();
  const before = counts.calls;
  const call = host.call({ modelName: 'parcel', id: state.id, port: 'loop', args: [] }, ada);
  await expect(call).rejects.toMatchObject({ message: expect.stringContaining('16') as string });
  expect(counts.calls - before).toBe(17);
});
