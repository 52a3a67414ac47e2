import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { settle } from '@testudo/fabric/error';
import { authorityRole } from '@testudo/fabric/host/authority-role';
import { createHost } from '@testudo/fabric/host/create-host';
import { createFlowRunner } from '@testudo/fabric/host/flow-runner';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import { relay } from '@testudo/fabric/mesh/relay';
import type { LoadedBuild, RealmApi } from '@testudo/fabric/realm/realm-api';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';
import { actOnPort } from '@testudo/fabric/port/act-on-port';
import type { ActOptions } from '@testudo/fabric/port/act-on-port';
import { decide } from '@testudo/fabric/spec/decide';
import type { ModelSpec } from '@testudo/fabric/spec/model-spec';
import { reportModel } from '@testudo/fabric/spec/report-model';
import type { Datasource } from '@testudo/fabric/store/datasource';

import { nodePlatform } from '../server-bridge/node-platform.ts';

const global = 'testudo_bench_b1';
const integrity = `sha384-${'A'.repeat(64)}`;
const sidecar: Sidecar = {
  name: 'bench',
  kind: 'model',
  version: '1.0.0',
  build: 'b1',
  api: 1,
  mf: '2.9',
  entry: 'entry.js',
  global,
  exposes: ['./models'],
  files: [{ path: 'entry.js', integrity, bytes: 1 }],
  capabilities: {},
};
const remote = {
  name: 'bench',
  kind: 'model',
  build: 'b1',
  url: 'http://bench.invalid/remote.json',
  integrity,
} as const;
const item: ModelSpec = {
  modelName: 'item',
  endpoint: 'items',
  factory: () => (input) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
};
/** What a realm is asked, answered in the host's own thread; its ports answer at once. */
function inlineRealm(name: string, model: ModelSpec): RealmHandle {
  const platform = nodePlatform((error) => console.error(error));
  const context = { build: global, uuid: () => 'u1', now: () => 1_000 };
  const adapters = [{ name: 'bench#answer', adapter: () => () => ({}) }];
  const use: ActOptions['use'] = (_port, run) => run({ adapters, service: undefined });
  const loaded: LoadedBuild = {
    remote: 'bench',
    build: 'b1',
    global,
    models: [reportModel(model, 'bench', global)],
    adapters: [],
    services: [],
  };
  const api: RealmApi = {
    load: async () => ({ ok: true, value: loaded }),
    bind: async () => ({ ok: true, value: null }),
    evict: async () => ({ ok: true, value: null }),
    handleEvent: async () => ({ ok: true, value: null }),
    keep: async () => ({ ok: true, value: null }),
    decide: (requests) => Promise.all(requests.map((request) => settle(() => decide(model, request, context)))),
    callPort: (request) =>
      settle(async () => ({
        ...(await actOnPort(model, request, { use, isBound: () => true, platform })),
        build: global,
      })),
    callAdapter: async () => ({ ok: false, error: { code: 'ADAPTER_MISSING', message: 'not here' } }),
    inspect: async () => ({
      ok: true,
      value: { runtime: 'inline', lockdown: false, powersRemoved: 0, builds: [], heapBytes: null },
    }),
  };
  return { name, api, terminate: async () => undefined, onLost: () => undefined };
}

/** A whole host in the authority's role, of which only the realm's thread is left out. */
export async function fakeRealmHost(datasource: Datasource, ports: ModelSpec['ports'] = {}): Promise<RunningHost> {
  const platform = nodePlatform((error) => console.error(error));
  const local = { user: 'server-1', roles: ['host'], tenant: 'main' };
  const host = await createHost({
    node: 'server-1',
    role: authorityRole,
    mesh: createMeshNode({ id: 'server-1', platform, local, relay, policy: () => true }),
    platform,
    runtime: 'node',
    createFlows: createFlowRunner,
    tenant: 'main',
    datasource,
    startRealm: async (name) => inlineRealm(name, { ...item, ports }),
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async () => new ArrayBuffer(0),
    configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
  });
  await host.useSnapshot({ revision: 1, builds: [{ remote, sidecar }] });
  return host;
}
