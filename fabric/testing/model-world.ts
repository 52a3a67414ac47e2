import type { Principal } from '../access/principal.ts';
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
import { relay } from '../mesh/relay.ts';
import type { Disposable } from '../plain.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { Datasource } from '../store/datasource.ts';
import type { OtherDatasources } from '../store/datasource-choice.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
// Loaded with the first refusal: virtual time would not wait for it.
import '../sync/dismiss-op.ts';
import { modelRealm, snapshotOf, type Adapters } from './model-realm.ts';
import { settled, virtualPlatform, type VirtualPlatform } from './virtual-platform.ts';

export type { Adapters, CalledPort } from './model-realm.ts';

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
    const builds = [{ remote: 'thing', build: 'b1', models: [build] }];
    const host = await createHost({
      ...parts,
      mesh,
      platform,
      runtime: 'node',
      createFlows: createFlowRunner,
      tenant: 'main',
      startRealm: async (name) => ({
        name,
        api: modelRealm(builds, adapters, platform),
        terminate: async () => {},
        onLost: () => {},
      }),
      fetch: async () => ({ status: 200, headers: {}, body: '' }),
      bytes: async () => new ArrayBuffer(0),
      ...(datasources === undefined ? {} : { datasources }),
      configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
    });
    await host.useSnapshot(snapshotOf(builds));
    return host;
  };
  const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
  const mesh = createMeshNode({ id: 'server-1', platform, relay, local, policy });
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
