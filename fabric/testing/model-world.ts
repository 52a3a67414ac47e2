import type { Principal } from '../access/principal.ts';
import type { Snapshot } from '../catalog/admission-api.ts';
import { settle } from '../error.ts';
import { authorityRole } from '../host/authority-role.ts';
import { createHost } from '../host/create-host.ts';
import { createFlowRunner } from '../host/flow-runner.ts';
import type { RunningHost } from '../host/host-options.ts';
import { hostMeshPolicy } from '../host/mesh-policy.ts';
import type { HostRole } from '../host/partitions.ts';
import type { Sinks } from '../host/sinks/create-sinks.ts';
import { replicaRole } from '../host/replica-role.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { memoryLinkPair } from '../mesh/memory-link.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { actOnPort, type ActOptions } from '../port/act-on-port.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import { checkModel } from '../spec/check-spec.ts';
import { decide } from '../spec/decide.ts';
import type { Adapter } from '../spec/port-spec.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { presented } from '../spec/serializers.ts';
import { reportModel } from '../spec/report-model.ts';
import type { Datasource } from '../store/datasource.ts';
import type { OtherDatasources } from '../store/datasource-choice.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { settled, virtualPlatform, type VirtualPlatform } from './virtual-platform.ts';

const integrity = `sha384-${'A'.repeat(64)}`;
const remote = 'thing';
const global = 'testudo_thing_b1';

/** One server over one model, and whoever connects to it. Time is virtual; nothing is a thread. */
export interface ModelWorld {
  readonly server: RunningHost;
  readonly platform: VirtualPlatform;
  /** A node of a user without a host: it sends what it likes. */
  guest(name: string, principal: Principal): Promise<MeshNode>;
  /** Pulls a node's cable, or plugs it in again; its host is told. */
  cut(name: string): Promise<void>;
  mend(name: string): Promise<void>;
  /** A host with a copy, online; `records` are its store, `build` is what it runs where that is another one. */
  replica(name: string, principal: Principal, records?: Datasource, build?: ModelSpec): Promise<RunningHost>;
}

/** What a test's ports do, by name, one adapter or several; a port without an adapter answers nothing, so that its flow waits. */
export type Adapters = { readonly [port: string]: CalledPort | readonly CalledPort[] };
export type CalledPort = ReturnType<Adapter<undefined>>;

function realmOf(spec: ModelSpec, adapters: Adapters, platform: Platform): RealmApi {
  const checked = checkModel(spec, remote, 'b1');
  const loaded = {
    remote,
    build: 'b1',
    global,
    adapters: [],
    services: [],
    models: [reportModel(checked, remote, global)],
  };
  let made = 0;
  const use: ActOptions['use'] = (port, run) => {
    const found = adapters[port];
    if (found === undefined) return new Promise(() => undefined);
    const called = typeof found === 'function' ? [found] : found;
    const named = called.map((adapter, index) => ({ name: `${remote}#${port}${index}`, adapter: () => adapter }));
    return run({ adapters: named, service: undefined });
  };
  const context = { build: global, uuid: () => `uuid-${(made += 1)}`, now: () => 0 };
  return {
    load: async () => ({ ok: true, value: loaded }),
    bind: async () => ({ ok: true, value: null }),
    evict: async () => ({ ok: true, value: null }),
    handleEvent: async () => ({ ok: true, value: null }),
    keep: async () => ({ ok: true, value: null }),
    decide: (requests) => Promise.all(requests.map((request) => settle(() => decide(checked, request, context)))),
    callPort: (request) =>
      settle(async () => ({
        ...(await actOnPort(checked, request, { use, isBound: (port) => port in adapters, platform })),
        build: global,
      })),
    present: ({ objects }) => settle(() => objects.map((object) => presented(checked, object))),
    callAdapter: async () => ({ ok: false, error: { code: 'ADAPTER_MISSING', message: 'not here' } }),
    inspect: async () => ({ ok: false, error: { code: 'UNAVAILABLE', message: 'not here' } }),
  };
}

const snapshot: Snapshot = {
  revision: 1,
  builds: [
    {
      remote: { name: remote, kind: 'model', build: 'b1', url: 'http://remote.test/remote.json', integrity },
      sidecar: {
        name: remote,
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
      },
    },
  ],
};

interface HostParts {
  readonly node: string;
  readonly role: HostRole;
  readonly datasource: Datasource;
  readonly sinks?: Sinks;
  /** default: the world's */
  readonly build?: ModelSpec;
}

/** What few worlds have. */
interface Others {
  readonly datasources?: OtherDatasources;
  /** the server's */
  readonly sinks?: Sinks;
}

/** Starts a server with a model, over what another one left in `stored`; `datasources` are every host's. */
export async function modelWorld(
  spec: ModelSpec,
  adapters: Adapters = {},
  stored: Datasource = memoryDatasource(),
  { datasources, sinks }: Others = {},
): Promise<ModelWorld> {
  let drawn = 0;
  const random = (length: number): Uint8Array => Uint8Array.from({ length }, () => (drawn = (drawn + 7) % 251));
  const platform = Object.assign(virtualPlatform(), { random });
  const policy = hostMeshPolicy({ tenant: 'main', trace: false });
  const open = async (mesh: MeshNode, { build = spec, ...parts }: HostParts) => {
    const host = await createHost({
      ...parts,
      mesh,
      platform,
      runtime: 'node',
      createFlows: createFlowRunner,
      tenant: 'main',
      startRealm: async (name) => ({
        name,
        api: realmOf(build, adapters, platform),
        terminate: async () => {},
        onLost: () => {},
      }),
      fetch: async () => ({ status: 200, headers: {}, body: '' }),
      bytes: async () => new ArrayBuffer(0),
      ...(datasources === undefined ? {} : { datasources }),
      configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
    });
    await host.useSnapshot(snapshot);
    return host;
  };
  const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
  const mesh = createMeshNode({ id: 'server-1', platform, relay: true, local, policy });
  const role = sinks?.around(authorityRole) ?? authorityRole;
  const server = await open(mesh, { node: 'server-1', role, datasource: stored, ...(sinks ? { sinks } : {}) });
  const cables = new Map<string, { plug(): Disposable; plugged: Disposable; host?: RunningHost }>();
  const guest = async (name: string, principal: Principal): Promise<MeshNode> => {
    const node = createMeshNode({ id: name, platform, local: principal });
    const plug = (): Disposable => {
      const [here, there] = memoryLinkPair();
      mesh.attach(there, { role: 'node', id: name, principal });
      return node.attach(here, { role: 'switch' });
    };
    cables.set(name, { plug, plugged: plug() });
    await settled();
    return node;
  };
  return {
    server,
    platform,
    guest,
    async cut(name) {
      const cable = cables.get(name);
      cable?.host?.setOnline(false, 'cut');
      cable?.plugged.dispose();
      await settled();
    },
    async mend(name) {
      const cable = cables.get(name);
      if (cable) cable.plugged = cable.plug();
      await settled();
      cable?.host?.setOnline(true, 'mended');
      await settled();
    },
    async replica(name, principal, records = memoryDatasource(), build = spec) {
      const own = await guest(name, principal);
      const host = await open(own, { node: name, role: replicaRole, datasource: records, build });
      Object.assign(cables.get(name) ?? {}, { host });
      host.setOnline(true, 'connected');
      return host;
    },
  };
}
