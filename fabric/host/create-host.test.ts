import { expect, test } from 'vitest';
import type { Principal } from '../access/principal.ts';
import type { Snapshot } from '../catalog/admission-api.ts';
import { TestudoError, settle } from '../error.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { memoryLinkPair } from '../mesh/memory-link.ts';
import { relay } from '../mesh/relay.ts';
import type { PlainRecord } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Decision, DecideRequest, LoadedBuild, RealmApi, RealmReport } from '../realm/realm-api.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { authorityRole } from './authority-role.ts';
import { createHost } from './create-host.ts';
import { createFlowRunner } from './flow-runner.ts';
import { hostMeshPolicy } from './mesh-policy.ts';
import type { HostEvent } from './host-api.ts';
import type { RunningHost } from './host-options.ts';
import type { HostRole } from './partitions.ts';
import { replicaRole } from './replica-role.ts';

const ada: Principal = { user: 'ada', roles: ['customer'], tenant: 'main' };
const eve: Principal = { user: 'eve', roles: [], tenant: 'main' };
const system = (user: string): Principal => ({ user, roles: ['host'], tenant: 'main' });

const policy = hostMeshPolicy({ tenant: 'main', trace: false });

const platform: Platform = {
  now: () => 1_000,
  timer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return { dispose: () => clearTimeout(timer) };
  },
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  digest: async () => 'sha384-',
  onError: (error) => {
    throw error;
  },
};

const loaded: LoadedBuild = {
  remote: 'order',
  build: 'b1',
  global: 'testudo_order_b1',
  adapters: [],
  services: [],
  models: [
    {
      modelName: 'order',
      endpoint: 'orders',
      domain: 'sales',
      schemaVersion: 1,
      accessControlList: { read: ['owner'], write: ['owner'] },
      ports: {
        pick: {
          type: 'outbound',
          service: null,
          consumesEvent: 'orderCreated',
          producesEvent: 'orderPicked',
          timeoutMs: 1000,
          maxRetry: 3,
          disabled: false,
        },
      },
      commands: {},
      relations: {},
      remote: 'order',
      build: 'testudo_order_b1',
    },
  ],
};

function decide(request: DecideRequest): Decision {
  const changes = (request.patch?.set ?? request.input ?? {}) as PlainRecord;
  if (changes['note'] === 'refuse me' && request.at === 'authority') {
    throw new TestudoError('VALIDATION', 'note: this one is refused by the authority');
  }
  const fields = { ...request.current, ...changes };
  const base: Record<string, PlainRecord[string]> = {};
  for (const key of Object.keys(changes)) {
    const former = request.current?.[key];
    if (former !== undefined) base[key] = former;
  }
  return {
    fields,
    patch: { set: changes, unset: [], base },
    schemaVersion: 1,
    conflicts: [],
    build: 'testudo_order_b1',
  };
}

/** A realm without model code, whose partner may be made to fail. */
function fakeRealm(keys: string[], failures: { left: number }): RealmApi {
  const report: RealmReport = { runtime: 'inline', lockdown: false, powersRemoved: 0, builds: [], heapBytes: null };
  return {
    load: async () => ({ ok: true, value: loaded }),
    bind: async () => ({ ok: true, value: null }),
    evict: async () => ({ ok: true, value: null }),
    handleEvent: async () => ({ ok: true, value: null }),
    keep: async () => ({ ok: true, value: null }),
    decide: (requests) => Promise.all(requests.map((request) => settle(() => decide(request)))),
    callPort: async (request) => {
      keys.push(request.idempotencyKey);
      failures.left -= 1;
      if (failures.left >= 0) return { ok: false, error: { code: 'PORT_FAILED', message: 'the partner is ill' } };
      const patch = { set: { status: 'PICKED' }, unset: [], base: {} };
      return { ok: true, value: { result: {}, patch, build: 'testudo_order_b1' } };
    },
    callAdapter: async () => ({ ok: false, error: { code: 'ADAPTER_MISSING', message: 'not here' } }),
    inspect: async () => ({ ok: true, value: report }),
  };
}

const snapshot: Snapshot = {
  revision: 1,
  builds: [
    {
      remote: {
        name: 'order',
        kind: 'model',
        build: 'b1',
        url: 'http://remote.test/remote.json',
        integrity: `sha384-${'A'.repeat(64)}`,
      },
      sidecar: {
        name: 'order',
        kind: 'model',
        version: '1.0.0',
        build: 'b1',
        api: 1,
        mf: '2.9',
        entry: 'entry.js',
        global: 'testudo_order_b1',
        exposes: ['./models'],
        files: [{ path: 'entry.js', integrity: `sha384-${'A'.repeat(64)}`, bytes: 1 }],
        capabilities: {},
      },
    },
  ],
};

interface World {
  readonly server: RunningHost;
  readonly browser: RunningHost;
  readonly keys: { readonly server: string[]; readonly browser: string[] };
  readonly failures: { left: number };
  connect(): void;
}

function when(host: RunningHost, matches: (event: HostEvent) => boolean): Promise<HostEvent> {
  return new Promise((resolve) => {
    const ended = host.on((event) => {
      if (!matches(event)) return;
      ended.dispose();
      resolve(event);
    });
  });
}

async function world(): Promise<World> {
  const failures = { left: 0 };
  const keys = { server: [] as string[], browser: [] as string[] };
  const make = async (node: string, role: HostRole, calls: string[]) => {
    const mesh = createMeshNode({
      id: node,
      platform,
      local: system(node),
      policy,
      ...(role === authorityRole ? { relay } : {}),
    });
    const host = await createHost({
      node,
      role,
      mesh,
      platform,
      runtime: 'node',
      createFlows: createFlowRunner,
      tenant: 'main',
      datasource: memoryDatasource(),
      startRealm: async (name) => ({
        name,
        api: fakeRealm(calls, failures),
        terminate: async () => {},
        onLost: () => {},
      }),
      fetch: async () => ({ status: 200, headers: {}, body: '' }),
      bytes: async () => new ArrayBuffer(0),
      configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
    });
    await host.useSnapshot(snapshot);
    return { host, mesh };
  };
  const server = await make('server-1', authorityRole, keys.server);
  const browser = await make('browser-1', replicaRole, keys.browser);
  return {
    server: server.host,
    browser: browser.host,
    keys,
    failures,
    connect() {
      const [here, there] = memoryLinkPair();
      server.mesh.attach(there, { role: 'node', id: 'browser-1', principal: ada });
      browser.mesh.attach(here, { role: 'switch' });
      const seen = browser.mesh.onPeers(() => {
        seen.dispose();
        browser.host.setOnline(true, 'connected');
      });
    },
  };
}

const create = (note: string) => ({ modelName: 'order', kind: 'create', input: { note } }) as const;

test('an order made offline is kept, and its flow runs once, here, when the link is back', async () => {
  const { server, browser, keys, connect } = await world();
  const { state, opId } = await browser.write(create('on the train'), ada);
  expect(state).toMatchObject({ seq: 0, owner: 'ada', fields: { note: 'on the train' } });
  expect(keys.browser).toEqual([]);
  const steps = when(
    browser,
    (event) => event.type === 'object' && event.state.fields['status'] === 'PICKED' && event.state.seq > 0,
  );
  connect();
  await browser.synced('order', opId);
  await steps;
  expect(await server.find('order', state.id, ada)).toMatchObject({
    fields: { status: 'PICKED' },
    flow: { due: [], owner: 'browser-1' },
  });
  expect(keys.browser).toEqual([`${state.id}.pick.browser-1:1`]);
  expect(keys.server).toEqual([]);
});

test('an order made at the server runs its flow there and reaches the replica', async () => {
  const { server, browser, keys, connect } = await world();
  connect();
  await when(browser, (event) => event.type === 'link');
  const arrived = when(browser, (event) => event.type === 'object' && event.state.fields['status'] === 'PICKED');
  const { state } = await server.write(create('by REST'), ada);
  await arrived;
  expect(keys.server).toHaveLength(1);
  expect(keys.browser).toEqual([]);
  expect(await browser.find('order', state.id, ada)).toMatchObject({ owner: 'ada', fields: { status: 'PICKED' } });
});

test('a failing partner is called again with the same key', async () => {
  const { server, keys, failures } = await world();
  failures.left = 1;
  const done = when(server, (event) => event.type === 'port' && event.phase === 'done');
  const again = when(server, (event) => event.type === 'port' && event.phase === 'retry');
  await server.write(create('retry'), ada);
  expect(await again).toMatchObject({ error: { code: 'PORT_FAILED', message: 'the partner is ill' } });
  await done;
  expect(keys.server).toHaveLength(2);
  expect(new Set(keys.server).size).toBe(1);
});

test('what the authority refuses has no effect and is shown to its user', async () => {
  const { server, browser, keys, connect } = await world();
  const { state, opId } = await browser.write(create('refuse me'), ada);
  expect(await browser.unsent(ada)).toEqual([{ modelName: 'order', id: state.id, opId, kind: 'create' }]);
  connect();
  await expect(browser.synced('order', opId)).rejects.toMatchObject({ code: 'VALIDATION' });
  expect(await browser.refused(ada)).toMatchObject([{ id: state.id, opId, error: { code: 'VALIDATION' } }]);
  expect(await browser.unsent(ada)).toEqual([]);
  expect(await server.unsent(ada)).toEqual([]);
  expect(await server.count('order', {}, ada)).toBe(0);
  expect(keys).toEqual({ server: [], browser: [] });
  const dismissed = when(browser, (event) => event.type === 'dismissed' && event.opId === opId);
  await browser.dismiss('order', opId, ada);
  await dismissed;
  expect(await browser.refused(ada)).toEqual([]);
});

test('another user neither sees nor changes it, and an old version is a conflict', async () => {
  const { server } = await world();
  const { state } = await server.write(create('mine'), ada);
  await expect(server.find('order', state.id, eve)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const change = { modelName: 'order', kind: 'update', id: state.id, input: { note: 'yours' } } as const;
  await expect(server.write(change, eve)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(server.write({ ...change, ifVersion: 99 }, ada)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('repeating a request with its key gives the former outcome', async () => {
  const { server } = await world();
  const one = await server.write({ ...create('once'), requestId: 'r1' }, ada);
  const two = await server.write({ ...create('once'), requestId: 'r1' }, ada);
  expect(two.state.id).toBe(one.state.id);
  expect(await server.count('order', {}, ada)).toBe(1);
});
