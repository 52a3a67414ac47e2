import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import type { Principal } from '@testudo/fabric/access/principal';
import type { HostConfiguration, RunningHost } from '@testudo/fabric/host/host-options';
import type { ObjectState } from '@testudo/fabric/record/object-state';

import { buildFixtures } from '../remotes/preset/fixtures/build-fixtures.ts';
import type { BuiltFixture } from '../remotes/preset/fixtures/build-fixtures.ts';
import { startRealmHost } from './testing/realm-host.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'testudo-realms-'));
const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const hosts: RunningHost[] = [];
const built = {} as { readonly [name in 'offer' | 'ranking' | 'wire']: BuiltFixture };

/** Two ports of one flow: one computes, one waits. */
const offer = `
const port = (consumesEvent, producesEvent, more) => ({ type: 'outbound', consumesEvent, producesEvent, maxRetry: 0, ...more });
export const offer = {
  modelName: 'offer', endpoint: 'offers', factory: () => (input) => input,
  accessControlList: { create: ['anyone'], read: ['anyone'], write: ['anyone'] },
  ports: {
    rank: port('offerCreated', 'ranked', { compute: true, timeout: 20000, callback: (_o, { sum }) => ({ sum, byCallback: true }) }),
    tell: port('ranked', 'told', { timeout: 5000, service: 'line' }),
  },
};`;

/** Adds up for as many milliseconds as it is told, without a turn of its event loop. */
const ranking = `
export const rank = () => ({ model }) => {
  const until = Date.now() + model.fields.busyMs;
  let sum = 0;
  while (Date.now() < until) sum += 1;
  return { sum };
};`;

const wireAdapters = `export const tell = (line) => async ({ model }) => ({ heard: await line(model.fields.port) });`;
/** Reads a line from a socket of Node's, without any of the realm's own powers. */
const wireServices = `
export const line = ({ builtins }) => (port) => new Promise((resolve, reject) => {
  const socket = builtins['node:net'].connect(port, '127.0.0.1');
  socket.on('data', (data) => { resolve(data.toString()); socket.end(); });
  socket.on('error', reject);
});`;

beforeAll(async () => {
  const write = (name: string, files: { readonly [file: string]: string }): string => {
    const directory = join(root, name);
    mkdirSync(directory);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
    return directory;
  };
  const [one, two, three] = await buildFixtures(
    [
      {
        ...{ name: 'offer', kind: 'model', version: '1.0.0', exposes: { './models': './models.js' } },
        directory: write('offer', { 'models.js': offer }),
      },
      {
        ...{ name: 'ranking', kind: 'adapter', version: '1.0.0', exposes: { './adapters': './adapters.js' } },
        directory: write('ranking', { 'adapters.js': ranking }),
      },
      {
        ...{ name: 'wire', kind: 'adapter', version: '1.0.0', capabilities: { builtins: ['node:net'] } },
        exposes: { './adapters': './adapters.js', './services': './services.js' },
        directory: write('wire', { 'adapters.js': wireAdapters, 'services.js': wireServices }),
      },
    ],
    join(root, 'out'),
  );
  Object.assign(built, { offer: one, ranking: two, wire: three });
}, 60_000);

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});
afterAll(() => rmSync(root, { recursive: true }));

const bindings = {
  adapters: { 'offer.rank': 'ranking#rank', 'offer.tell': 'wire#tell' },
  services: { line: 'wire#line' },
};

async function start(configuration: Partial<HostConfiguration>): Promise<Awaited<ReturnType<typeof startRealmHost>>> {
  const started = await startRealmHost({ bindings, ...configuration });
  hosts.push(started.host);
  return started;
}

/** Makes an offer; resolves with its state when so many of its steps have ended. */
async function offerUntil(host: RunningHost, input: ObjectState['fields'], steps: number): Promise<ObjectState> {
  const seen: ObjectState[] = [];
  const ended = new Promise<ObjectState>((resolve) => {
    host.on((event) => {
      if (event.type === 'object') seen.push(event.state);
      const found = seen.find(({ id, flow }) => id === wanted && (flow?.done.length ?? 0) >= steps);
      if (found) resolve(found);
    });
  });
  let wanted = '';
  wanted = (await host.write({ modelName: 'offer', kind: 'create', input }, ada)).state.id;
  return ended;
}

test('a port that computes for longer than a realm may be silent is done in the pool, and its model goes on deciding', async () => {
  const { host, use } = await start({});
  await use([built.offer, built.ranking]);
  const ranked = offerUntil(host, { busyMs: 3000 }, 1);
  await vi.waitFor(async () => expect((await host.inspect()).compute.busy).toBe(1), { timeout: 20_000 });
  const begin = performance.now();
  await host.write({ modelName: 'offer', kind: 'create', input: { busyMs: 0 } }, ada);
  console.log(`a decision of the same model meanwhile took ${(performance.now() - begin).toFixed(1)} ms`);
  const state = await ranked;
  expect(state.flow?.done).toMatchObject([{ port: 'rank', status: 'done', attempts: 1 }]);
  expect(state.fields).toMatchObject({ byCallback: true, sum: expect.any(Number) });
  const { realms, compute } = await host.inspect();
  expect(realms['main']).toMatchObject({ state: 'running', restarts: 0, trust: 'confined' });
  expect(compute).toMatchObject({ min: 0, max: 2 });
});

test('an adapter in another realm is called there, a granted built-in is given there and nowhere else', async () => {
  const server = createServer((socket) => socket.end('salve'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { host, use } = await start({
    realms: { main: ['*'], partner: ['ranking', 'wire'] },
    grants: { wire: ['node:net'] },
  });
  await use([built.offer, built.ranking, built.wire]);
  const state = await offerUntil(host, { busyMs: 1, port }, 2);
  server.close();
  expect(state.flow?.done.map(({ port: name, status, error }) => [name, status, error])).toEqual([
    ['rank', 'done', undefined],
    ['tell', 'done', undefined],
  ]);
  expect(state.fields).toMatchObject({ byCallback: true, heard: 'salve' });
  const { realms } = await host.inspect();
  expect(realms).toMatchObject({
    main: { trust: 'confined', remotes: ['offer'] },
    partner: { trust: 'trusted', remotes: ['ranking', 'wire'] },
  });
});

test('a build that asks for a built-in which the host does not grant is refused, and the others serve', async () => {
  const { host, use } = await start({});
  await expect(use([built.offer, built.wire])).rejects.toMatchObject({
    code: 'CAPABILITY_DENIED',
    message: expect.stringContaining('grants["wire"]'),
    data: { remotes: ['wire'] },
  });
  expect((await host.inspect()).realms['main']).toMatchObject({ remotes: ['offer'] });
});

test('a host tells everything about itself as plain data', async () => {
  const { host, use } = await start({});
  await use([built.offer, built.ranking]);
  const state = await offerUntil(host, { busyMs: 1 }, 1);
  const report = await host.inspect();
  expect(structuredClone(report)).toEqual(report);
  expect(report.ports).toMatchObject([
    { modelName: 'offer', port: 'rank', compute: true, adapters: ['ranking#rank'], service: null },
    { port: 'tell', adapters: ['wire#tell'], service: { name: 'line', factory: 'wire#line' } },
  ]);
  expect(report.flows).toEqual({
    ...{ unfinished: 1, due: 1, compensating: 0, owners: { 'server-1': 1 } },
    list: [{ modelName: 'offer', id: state.id, owner: 'server-1', epoch: 1, due: ['tell'], compensation: null }],
  });
  expect(report.realms['main']?.heapBytes).toBeGreaterThan(1_000_000);
  expect(report.memoryBytes).toBeGreaterThan(1_000_000);
});
