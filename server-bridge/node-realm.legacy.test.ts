import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { rspack } from '@rspack/core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Principal } from '@testudo/fabric/access/principal';
import { parseSidecar, type Sidecar } from '@testudo/fabric/catalog/sidecar';
import { authorityRole } from '@testudo/fabric/host/authority-role';
import { createHost } from '@testudo/fabric/host/create-host';
import { createFlowRunner } from '@testudo/fabric/host/flow-runner';
import type { HostEvent } from '@testudo/fabric/host/host-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { hostMeshPolicy } from '@testudo/fabric/host/mesh-policy';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import { relay } from '@testudo/fabric/mesh/relay';
import type { PlainRecord } from '@testudo/fabric/plain';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { defineRemote, identify } from '@testudo/remote-preset';

import { nodePlatform } from './node-platform.ts';
import { startNodeRealm } from './node-realm.ts';

const fixture = join(import.meta.dirname, '../fabric/spec/legacy/parcel.fixture.ts');
const root = mkdtempSync(join(tmpdir(), 'testudo-legacy-'));
const admin: Principal = { user: 'root', roles: ['admin'], tenant: 'main' };

/** The fixture, with a flow that a create begins: it is weighed, then shipped, which fails for one address. */
const models = `
import { Parcel as older } from ${JSON.stringify(fixture)};
export const STATUSES = ['NEW', 'WEIGHED', 'GONE'];
class MyDataSource {
  async alike(parcel) { return (await this.list({ where: { to: parcel.to } })).length; }
}
export const Parcel = {
  ...older,
  accessControlList: undefined,
  datasource: { ...older.datasource, factory: MyDataSource },
  relations: { alike: { modelName: 'PARCEL', type: 'custom' } },
  eventHandlers: [({ model, eventName }) => { if (eventName === 'parcelShipped') model.update({ told: eventName }); }],
  commands: {
    ...older.commands,
    look: async (parcel) => ({ alike: await parcel.alike(), undone: parcel.compensateResult ?? null }),
  },
  ports: {
    ...older.ports,
    weigh: { ...older.ports.weigh, callback: undefined, consumesEvent: 'CREATEPARCEL', retries: 0 },
    ship: { ...older.ports.ship, disabled: false, retries: 0 },
  },
};
`;
const adapters = `
export const weigh = (service) => ({ model, args: [callback] }) => { service.weigh(model).then((found) => callback({}, found)); };
export const track = () => ({ args: [place] }) => ({ place });
export const ship = (service) => async ({ model, port }) => {
  if (model.to === 'nowhere near') throw Object.assign(new Error('no road'), { retryable: false, name: 'NoRoad' });
  return { [port]: service === undefined };
};
`;
const services = `export const Scale = { weigh: async (parcel) => ({ weight: parcel.to.length, scale: 's1' }) };`;

const built = {} as { sidecar: Sidecar; path: string };
const errors: string[] = [];
const events: HostEvent[] = [];
let host: RunningHost;

async function build(): Promise<void> {
  const directory = join(root, 'parcels');
  mkdirSync(directory);
  for (const [name, text] of Object.entries({ models, adapters, services })) {
    writeFileSync(join(directory, `${name}.js`), text);
  }
  const exposes = { './models': './models.js', './adapters': './adapters.js', './services': './services.js' } as const;
  const remote = { name: 'parcels', kind: 'model', version: '1.0.0', exposes } as const;
  const options = { ...remote, directory, outputDirectory: join(root, 'builds'), variant: '' };
  await new Promise<void>((resolve, reject) => {
    const compiler = rspack(defineRemote(options));
    compiler.run((error, stats) => {
      compiler.close(() => (error || stats?.hasErrors() ? reject(error ?? new Error(stats?.toString())) : resolve()));
    });
  });
  const { path } = identify(options);
  Object.assign(built, { path, sidecar: parseSidecar(readFileSync(join(path, 'remote.json'), 'utf8')) });
}

beforeAll(async () => {
  await build();
  const platform = nodePlatform((error) => void errors.push(String(error)));
  const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
  const policy = hostMeshPolicy({ tenant: 'main', trace: false });
  host = await createHost({
    node: 'server-1',
    runtime: 'node',
    role: authorityRole,
    tenant: 'main',
    platform,
    datasource: memoryDatasource(),
    mesh: createMeshNode({ id: 'server-1', platform, local, relay, policy }),
    createFlows: createFlowRunner,
    startRealm: startNodeRealm,
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async (_global, path) => new Uint8Array(await readFile(join(built.path, path))).buffer,
    configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
  });
  host.on((event) => void events.push(event));
  const { name, kind, build: id } = built.sidecar;
  const remote = {
    name,
    kind,
    build: id,
    url: 'http://parcels.test/remote.json',
    integrity: `sha384-${'A'.repeat(64)}`,
  };
  await host.useSnapshot({ revision: 1, builds: [{ remote, sidecar: built.sidecar }] });
}, 60_000);

afterAll(async () => {
  await host.close();
  rmSync(root, { recursive: true });
});

const create = async (input: { readonly to: string }): Promise<ObjectState> =>
  (await host.write({ modelName: 'parcel', kind: 'create', input }, admin)).state;
const done = ({ flow }: ObjectState): readonly string[] =>
  (flow?.done ?? []).map(({ port, status }) => `${port} ${status}`);

/** The object once its flow has come so far. */
const after = (id: string, steps: readonly string[]): Promise<ObjectState> =>
  changed(id, (_fields, state) => steps.every((step) => done(state).includes(step)));

/** The object once it is so. */
function changed(id: string, isSo: (fields: PlainRecord, state: ObjectState) => boolean): Promise<ObjectState> {
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      const state = await host.find('parcel', id, admin);
      if (isSo(state.fields, state)) resolve(state);
    };
    host.on((event) => void (event.type === 'object' && event.state.id === id && look()));
    void look();
  });
}

test('an older specification runs in a real realm: created, weighed by keys, shipped, updated', async () => {
  const { id } = await create({ to: 'Rome' });
  const { fields } = await after(id, ['weigh done', 'ship done']);
  expect(fields).toMatchObject({ to: 'Rome', weight: 4, ship: true, status: 'NEW', parcelNo: expect.any(String) });
  expect(fields).not.toHaveProperty('scale');
  await changed(id, ({ told }) => told === 'parcelShipped');
  const { state } = await host.write({ modelName: 'parcel', kind: 'update', id, input: { to: ' Gaul ' } }, admin);
  expect(state.fields['to']).toBe('Gaul');
  const names = events.filter((event) => event.type === 'domain').map((event) => ('name' in event ? event.name : ''));
  for (const name of [
    'parcelCreated',
    'CREATEPARCEL',
    'parcelWeighed',
    'parcelShipped',
    'parcelUpdated',
    'UPDATEPARCEL',
  ])
    expect(names).toContain(name);
});

test('its custom relation asks its datasource, its route and its inbound port answer', async () => {
  const [one] = [await create({ to: 'Spain' }), await create({ to: 'Spain' })];
  const look = { modelName: 'parcel', kind: 'command', command: 'look', id: one.id, input: null } as const;
  expect((await host.write(look, admin)).state.fields).toMatchObject({ alike: 2, undone: null });
  const request = {
    method: 'GET',
    path: `/parcels/${one.id}`,
    params: { id: one.id },
    query: {},
    headers: {},
    body: null,
  };
  const answer = await host.route({ modelName: 'parcel', route: '/parcels/:id', request }, admin);
  expect(answer).toMatchObject({ status: 200, body: { id: one.id, to: 'Spain' } });
  const called = await host.call({ modelName: 'parcel', id: one.id, port: 'track', args: ['Lyon'] }, admin);
  expect(called.state.fields).toMatchObject({ place: 'Lyon' });
});

test('what it says in vain is told once, by name', () => {
  const told = errors.filter((message) => message.includes('model parcel is of the older shape'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('parcels (build');
  expect(told[0]).toContain('datasource.cacheSize');
});

test('a step that fails has the one before it undone, in the realm', async () => {
  const { id } = await create({ to: 'nowhere near' });
  const state = await after(id, ['weigh done', 'ship failed', 'weigh undone']);
  expect(done(state)).toEqual(['weigh done', 'ship failed', 'weigh undone']);
  expect(state.fields).toMatchObject({ weight: null, status: 'NEW' });
  const look = { modelName: 'parcel', kind: 'command', command: 'look', id, input: null } as const;
  expect((await host.write(look, admin)).state.fields).toMatchObject({ undone: 'COMPLETE' });
});

test('thresholds have the causes of this host, and its breaker counts by them', async () => {
  const [model] = host.models();
  expect(model?.ports['weigh']?.circuitBreaker).toMatchObject({
    PORT_TIMEOUT: { callVolume: 2, errorRate: 1, intervalMs: 5000 },
    default: { callVolume: 3, errorRate: 3, intervalMs: 60_000, hasFallback: true },
  });
  const { breakers } = await host.inspect();
  expect(breakers).toMatchObject([{ modelName: 'parcel', port: 'weigh', state: { name: 'closed' }, failures: 0 }]);
});
