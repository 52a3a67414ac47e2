import type { Principal } from '../access/principal.ts';
import type { Snapshot } from '../catalog/admission-api.ts';
import type { Loader } from '../catalog/loader-api.ts';
import type { Sidecar } from '../catalog/sidecar.ts';
import { authorityRole } from '../host/authority-role.ts';
import { createHost } from '../host/create-host.ts';
import { createFlowRunner } from '../host/flow-runner.ts';
import type { RunningHost } from '../host/host-options.ts';
import { hostMeshPolicy } from '../host/mesh-policy.ts';
import type { HostRole } from '../host/partitions.ts';
import { replicaRole } from '../host/replica-role.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { memoryLinkPair } from '../mesh/memory-link.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import { relay } from '../mesh/relay.ts';
import type { Bindings, DecideRequest, RealmApi, RealmHost } from '../realm/realm-api.ts';
import type { RealmAsk } from '../realm/realm-ask.ts';
import { createRealmService } from '../realm/realm-service.ts';
import { openResident } from '../realm/resident-model.ts';
import { runRoute } from '../spec/run-route.ts';
import type { CallTicket } from '../spec/object-ask.ts';
import type { Datasource } from '../store/datasource.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { settled, virtualPlatform, type VirtualPlatform } from './virtual-platform.ts';

const integrity = `sha384-${'A'.repeat(64)}`;

/** What a remote of a test exposes: models, adapters and services by their names. */
export interface TestRemote {
  readonly models?: { readonly [name: string]: unknown };
  readonly adapters?: { readonly [name: string]: unknown };
  readonly services?: { readonly [name: string]: unknown };
}

export type TestRemotes = { readonly [name: string]: TestRemote };

/** A host with the way into its realm. */
export interface ObjectHost {
  readonly host: RunningHost;
  readonly mesh: MeshNode;
  /** asks as code in its realm would */
  ask(request: RealmAsk): ReturnType<NonNullable<RealmHost['ask']>>;
  /** calls that crossed into the realm, and asks that came out of it */
  readonly counts: { calls: number; asks: number };
  /** of the calls that were made into it, latest last */
  readonly tickets: readonly string[];
  /** Has the realm that started last end, as a crash would. */
  loseRealm(): void;
}

/** Hosts that run real realm programs in their own thread, over models of a test. Time is virtual. */
export interface ObjectWorld extends ObjectHost {
  readonly platform: VirtualPlatform;
  /** A user's host with a copy, online. @param remotes what it runs; default: all. @param datasource default: an empty one */
  replica(name: string, principal: Principal, remotes?: TestRemotes, datasource?: Datasource): Promise<ObjectHost>;
}

function sidecarOf(name: string, { models, adapters, services }: TestRemote): Sidecar {
  return {
    name,
    kind: models ? 'model' : 'adapter',
    version: '1.0.0',
    build: 'b1',
    api: 1,
    mf: '2.9',
    entry: 'entry.js',
    global: `testudo_${name}_b1`,
    exposes: [
      ...(models ? (['./models'] as const) : []),
      ...(adapters ? (['./adapters'] as const) : []),
      ...(services ? (['./services'] as const) : []),
    ],
    files: [{ path: 'entry.js', integrity, bytes: 1 }],
    capabilities: {},
  };
}

function loaderOf(remotes: TestRemotes): Loader {
  return {
    add: () => undefined,
    async load(global, expose) {
      const remote = remotes[global.replace(/^testudo_|_b1$/g, '')];
      return remote?.[expose.slice(2) as keyof TestRemote] ?? {};
    },
    has: () => false,
    evict: () => undefined,
    executed: () => [],
  };
}

function snapshotOf(remotes: TestRemotes): Snapshot {
  return {
    revision: 1,
    builds: Object.keys(remotes).map((name) => {
      const sidecar = sidecarOf(name, remotes[name] ?? {});
      const url = `http://${name}.test/remote.json`;
      return { remote: { name, kind: sidecar.kind, build: 'b1', url, integrity }, sidecar };
    }),
  };
}

/** What a test does to the realms of its server, and where that keeps its objects. */
export interface Misfortune {
  /** of a server that had it before; default: an empty one */
  readonly datasource?: Datasource;
  /** Whether the realm of this name ends while it decides this. */
  endsAt?(request: DecideRequest, realm: string): boolean;
}

interface Common extends Pick<Misfortune, 'endsAt'> {
  readonly platform: VirtualPlatform;
  readonly bindings: Bindings;
}

interface Place {
  readonly node: string;
  readonly role: HostRole;
  readonly mesh: MeshNode;
  readonly datasource: Datasource;
  readonly user?: Principal;
}

async function openHost(
  { platform, bindings, endsAt = () => false }: Common,
  remotes: TestRemotes,
  { user, ...place }: Place,
): Promise<ObjectHost> {
  const counts = { calls: 0, asks: 0 };
  const tickets: string[] = [];
  const note = (request: { readonly call?: CallTicket }): void => void (request.call && tickets.push(request.call.id));
  let ask: RealmHost['ask'];
  let loseLatest: () => void = () => undefined;
  const host = await createHost({
    ...place,
    ...(user ? { user } : {}),
    platform,
    runtime: 'node',
    createFlows: createFlowRunner,
    tenant: 'main',
    async startRealm(name, realmHost) {
      ask = realmHost.ask;
      const api = createRealmService({
        openResident,
        runtime: 'inline',
        platform,
        loader: loaderOf(remotes),
        files: { executed: () => [], forget: () => undefined, isWaiting: () => false },
        fetch: () => Promise.reject(new Error('no network')),
        ask: async (request) => {
          counts.asks += 1;
          const answer = await realmHost.ask?.(structuredClone(request));
          return structuredClone(answer ?? { ok: true, value: null });
        },
        runRoute,
        lockdown: false,
        powersRemoved: 0,
      });
      const pending = new Set<() => void>();
      let onLost: (reason: string) => void = () => undefined;
      const end = async (): Promise<void> => {
        for (const settle of pending) settle();
        pending.clear();
      };
      const lose = (): void => {
        onLost('a test ended it');
        void end();
      };
      loseLatest = lose;
      const dies = (request: DecideRequest): void => void (endsAt(request, name) && lose());
      return {
        name,
        api: crossing(api, { counts, note, pending, dies }),
        terminate: end,
        onLost: (listener) => void (onLost = listener),
      };
    },
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async () => new ArrayBuffer(0),
    configuration: { bindings, endpoints: {}, grants: {}, trace: false },
  });
  await host.useSnapshot(snapshotOf(remotes));
  return {
    host,
    mesh: place.mesh,
    counts,
    tickets,
    ask: async (request) => (await ask?.(request)) ?? { ok: true, value: null },
    loseRealm: () => loseLatest(),
  };
}

const lost = { ok: false, error: { code: 'REALM_LOST', message: 'a test ended it' } } as const;

interface Crossing {
  readonly counts: ObjectHost['counts'];
  note(request: { readonly call?: CallTicket }): void;
  /** ends calls under way */
  readonly pending: Set<() => void>;
  dies(request: DecideRequest): void;
}

/** A realm beyond a thread: what goes in and out is copied, and counted. */
function crossing(api: Required<RealmApi>, { counts, note, pending, dies }: Crossing): RealmApi {
  const untilLost = <R, L>(call: () => Promise<R>, answer: L): Promise<R | L> =>
    new Promise((resolve, reject) => {
      const end = (): void => resolve(answer);
      pending.add(end);
      call()
        .then(resolve, reject)
        .finally(() => pending.delete(end));
    });
  const through =
    <A, R>(call: (request: A) => Promise<R>) =>
    async (request: A): Promise<R> => {
      counts.calls += 1;
      return structuredClone(await call(structuredClone(request)));
    };
  return {
    load: through((request) => api.load(request)),
    bind: through((request) => api.bind(request)),
    evict: through((request) => api.evict(request)),
    decide: through((requests) => {
      requests.forEach(note);
      const decided = untilLost(
        () => api.decide(requests),
        requests.map(() => lost),
      );
      requests.forEach(dies);
      return decided;
    }),
    callPort: through((request) => {
      note(request);
      return untilLost(() => api.callPort(request), lost);
    }),
    callAdapter: through((request) => api.callAdapter(request)),
    handleEvent: through((request) => api.handleEvent(request)),
    keep: through((request) => api.keep(request)),
    route: through((request) => api.route(request)),
    present: through((request) => api.present(request)),
    inspect: () => api.inspect(),
  };
}

/** Starts a server that runs these remotes. */
export async function objectWorld(
  remotes: TestRemotes,
  bindings: Bindings = { adapters: {}, services: {} },
  { datasource = memoryDatasource(), ...misfortune }: Misfortune = {},
): Promise<ObjectWorld> {
  let drawn = 0;
  const random = (length: number): Uint8Array => Uint8Array.from({ length }, () => (drawn = (drawn + 7) % 251));
  const platform = Object.assign(virtualPlatform(), { random });
  const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
  const policy = hostMeshPolicy({ tenant: 'main', trace: false });
  const mesh = createMeshNode({ id: 'server-1', platform, relay, local, policy });
  const common = { platform, bindings };
  const place = { node: 'server-1', role: authorityRole, mesh, datasource };
  const server = await openHost({ ...common, ...misfortune }, remotes, place);
  return {
    ...server,
    platform,
    async replica(name, principal, own = remotes, kept = memoryDatasource()) {
      const node = createMeshNode({ id: name, platform, local: principal });
      const [here, there] = memoryLinkPair();
      mesh.attach(there, { role: 'node', id: name, principal });
      node.attach(here, { role: 'switch' });
      await settled();
      const place = { node: name, role: replicaRole, mesh: node, user: principal, datasource: kept };
      const made = await openHost(common, own, place);
      made.host.setOnline(true, 'connected');
      return made;
    },
  };
}
