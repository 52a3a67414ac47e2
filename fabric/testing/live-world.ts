import type { Principal } from '../access/principal.ts';
import { serveAuthority } from '../host/authority-partition.ts';
import { hostMeshPolicy } from '../host/mesh-policy.ts';
import { createModelRegistry } from '../host/model-registry.ts';
import type { Partition } from '../host/partition.ts';
import type { PartitionOptions } from '../host/partitions.ts';
import { replicaRole } from '../host/replica-role.ts';
import { serveFollows } from '../host/serve-follows.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { memoryLinkPair } from '../mesh/memory-link.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import { relay } from '../mesh/relay.ts';
import type { Link } from '../mesh/transport.ts';
import type { Disposable } from '../plain.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import type { Authority } from '../sync/sync-api.ts';
import { feedWorld, principalOf } from './feed-world.ts';
import { settled, virtualPlatform, type VirtualPlatform } from './virtual-platform.ts';

/** A partition's copy on a node of its own, with what passes on its cable. */
export interface LiveReplica {
  readonly partition: Partition;
  readonly mesh: MeshNode;
  /** kinds and subjects of envelopes since the last call, hellos left out: `<` to it, `>` from it */
  traffic(): readonly string[];
}

/** An authority behind one switch, replicas behind another, each on a node of its own, over real links. Time is virtual. */
export interface LiveWorld {
  readonly authority: Authority;
  readonly platform: VirtualPlatform;
  /** Under which rules everybody reads from now on; `none`: nobody reads anything. */
  useRules(rules: string): void;
  /** Opens a copy, told everything. */
  replica(name: string, user: string): Promise<LiveReplica>;
  /** A node that says what it likes. */
  guest(name: string, principal: Principal): Promise<MeshNode>;
  /** Pulls the authority's own cable from its switch, or plugs it in again. */
  cutAuthority(): Promise<void>;
  mendAuthority(): Promise<void>;
  /** The trunk between the switches dies, and only the authority's switch is told. */
  loseTrunk(): Promise<void>;
  /** The switches connect anew; that of the replicas never hears that the former trunk is dead. */
  mendTrunk(): Promise<void>;
  /** The next envelope of this subject gets lost between the switch and a replica. */
  dropNext(subject: string): void;
}

/** @param serve opens the authority's door; default: as a host does */
export async function liveWorld(
  serve: (authority: Authority, mesh: MeshNode) => unknown = (authority, mesh) => {
    const followers = serveAuthority(authority, mesh, { subject: 'main.thing', onError: fail });
    serveFollows(mesh, 'main', new Map([['thing', followers]]));
  },
): Promise<LiveWorld> {
  const platform = virtualPlatform();
  let drawn = 0;
  Object.assign(platform, {
    random: (length: number) => Uint8Array.from({ length }, () => (drawn = (drawn + 7) % 251)),
  });
  const host: Principal = { user: 'host:server', roles: ['host'], tenant: 'main' };
  const policy = hostMeshPolicy({ tenant: 'main', trace: false });
  const hub = createMeshNode({ id: 'hub', platform, relay, policy, local: host });
  const far = createMeshNode({ id: 'far', platform, relay, policy, local: host });
  const feed = await feedWorld();
  const { authority } = feed;
  const server = createMeshNode({ id: 'server', platform, local: host });
  const plug = (
    node: MeshNode,
    principal: Principal,
    { at = hub, note = (): boolean => true }: Plug = {},
  ): Disposable => {
    const [here, there] = memoryLinkPair();
    at.attach(noting(there, '<', note), { role: 'node', id: node.id, principal });
    return node.attach(noting(here, '>', note), { role: 'switch' });
  };
  const lay = (): Disposable => {
    const [near, away] = memoryLinkPair();
    hub.attach(unending(near), { role: 'switch' });
    return far.attach(away, { role: 'switch' });
  };
  let trunk = lay();
  let lost = '';
  let cable = plug(server, host, { at: far });
  serve(authority, server);
  const guest = async (name: string, principal: Principal, note?: Note): Promise<MeshNode> => {
    const node = createMeshNode({ id: name, platform, local: principal });
    plug(node, principal, note ? { note } : {});
    await settled();
    return node;
  };
  return {
    authority,
    platform,
    guest,
    useRules: (rules) => void (feed.rules = rules),
    async cutAuthority() {
      cable.dispose();
      await settled();
    },
    async mendAuthority() {
      cable = plug(server, host, { at: far });
      await settled();
    },
    dropNext: (subject) => void (lost = subject),
    async loseTrunk() {
      trunk.dispose();
      await settled();
    },
    async mendTrunk() {
      trunk = lay();
      await settled();
    },
    async replica(name, user) {
      let noted: string[] = [];
      const mesh = await guest(name, principalOf(user), (text) => {
        if (text === `< publish ${lost}`) {
          lost = '';
          return false;
        }
        return noted.push(text) > 0;
      });
      const options = {
        node: name,
        tenant: 'main',
        platform,
        datasource: memoryDatasource(),
        mesh,
        registry: createModelRegistry(),
        emit: () => undefined,
        isOnline: () => true,
      };
      const partition = await replicaRole.partitions(options as unknown as PartitionOptions).open('thing');
      partition.nudge();
      await settled();
      await settled();
      const traffic = (): readonly string[] => {
        const taken = noted;
        noted = [];
        return taken;
      };
      traffic();
      return { partition, mesh, traffic };
    },
  };
}

function fail(error: unknown): never {
  throw error;
}

interface Plug {
  readonly at?: MeshNode;
  readonly note?: Note;
}

/** Hears of an envelope: `false` for one that gets lost. */
type Note = (text: string) => boolean;

/** A link whose end nobody tells: what dies without a word. */
function unending(link: Link): Link {
  return {
    send: (text) => link.send(text),
    listen: (handlers) => link.listen({ ...handlers, onClose: () => undefined }),
    close: (code, reason) => link.close(code, reason),
    get bufferedBytes() {
      return link.bufferedBytes;
    },
  };
}

function noting(link: Link, direction: string, note: Note): Link {
  return {
    send(text) {
      const { kind, subject = '' } = JSON.parse(text) as { readonly kind: string; readonly subject?: string };
      if (kind === 'hello' || note(`${direction} ${kind} ${subject}`.trim())) link.send(text);
    },
    listen: (handlers) => link.listen(handlers),
    close: (code, reason) => link.close(code, reason),
    get bufferedBytes() {
      return link.bufferedBytes;
    },
  };
}
