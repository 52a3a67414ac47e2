import type { Principal } from '../../access/principal.ts';
import { authorityRole } from '../../host/authority-role.ts';
import type { HostConfiguration, RunningHost } from '../../host/host-options.ts';
import { hostMeshPolicy } from '../../host/mesh-policy.ts';
import { replicaRole } from '../../host/replica-role.ts';
import type { BrokerSinks } from '../../host/sinks/broker-sinks.ts';
import { encodeEnvelope } from '../../mesh/check-envelope.ts';
import { keepConnected } from '../../mesh/connect-loop.ts';
import { createMeshNode } from '../../mesh/create-mesh-node.ts';
import { KEEP_ALIVE_MS, keepAlive } from '../../mesh/keep-alive.ts';
import { nameWatch, REPLACED_CODE } from '../../mesh/name-watch.ts';
import { relay } from '../../mesh/relay.ts';
import type { Link } from '../../mesh/transport.ts';
import type { Adapters, TestBuild } from '../model-realm.ts';
import { seededRandom, type Random } from '../sim/random.ts';
import type { SimDisk } from '../sim/sim-disk.ts';
import { virtualTime, type VirtualTime } from '../sim/virtual-time.ts';
import { Cable } from './cable.ts';
import { Process, type Life, type Surroundings } from './process.ts';

/** Programs that hosts load when they first need them: read before, so that no run waits for a real disk. */
async function loadLazyPrograms(): Promise<void> {
  await Promise.all([
    import('../../host/inbound-call.ts'),
    import('../../host/inspect-host.ts'),
    import('../../host/live-objects.ts'),
    import('../../host/configure-host.ts'),
    import('../../host/deadly-book.ts'),
    import('../../host/dismiss-write.ts'),
    import('../../host/open-changed.ts'),
    import('../../host/realm-office.ts'),
    import('../../store/queries.ts'),
    import('../../host/model-stores.ts'),
    import('../../sync/authority-damage.ts'),
    import('../../sync/authority-traces.ts'),
    import('../../sync/compaction.ts'),
    import('../../sync/gone-ids.ts'),
    import('../../store/look-up.ts'),
    import('../../sync/dismiss-op.ts'),
    import('../../sync/hand-over.ts'),
    import('../../sync/rare-exchanges.ts'),
    import('../../sync/outdated-requests.ts'),
    import('../../sync/rename-replica.ts'),
    import('../../sync/replica-damage.ts'),
    import('../../sync/state-blocks.ts'),
    import('../../sync/state-groups.ts'),
  ]);
}

export interface WorldOptions {
  readonly seed: number;
  readonly builds: readonly TestBuild[];
  readonly adapters?: Adapters;
  readonly configuration?: Partial<HostConfiguration>;
  /** what authorities forward to the broker */
  readonly sinks?: BrokerSinks;
}

/** A user's device: its process, its cable, and who is signed in. */
export interface Device {
  readonly process: Process;
  readonly cable: Cable;
  /** as the device itself remembers him; his session at the server may be another one by now */
  readonly principal: Principal;
}

/** What a device begins with. */
export interface Kept {
  /** default: an empty one */
  readonly disk?: SimDisk;
  /** by which the test knows it; default: its node's */
  readonly name?: string;
}

const serverNode = 'server-1';
const missedBeats = 2;
const hourMs = 3_600_000;

/**
 * A server and devices: real hosts with the real mesh, over cables, disks and clocks that a test spoils. Time is
 * virtual, and everything follows from the seed.
 */
export class World {
  readonly time: VirtualTime = virtualTime(1_000_000_000);
  readonly random: Random;
  readonly server: Process;
  readonly devices: Map<string, Device> = new Map();
  /** who the server takes a user for at his next connection */
  readonly sessions: Map<string, Principal> = new Map();
  readonly around: Surroundings;
  readonly #builds: readonly TestBuild[];
  /** the open socket of each name: a newer one under the same name replaces it, as the server's door does */
  readonly #guests = new Map<string, Link>();
  /** how often a node of each name has connected */
  readonly connections: Map<string, number> = new Map();

  constructor({ seed, builds, adapters = {}, ...others }: WorldOptions) {
    this.random = seededRandom(seed);
    const { time, random } = this;
    this.around = { time, random, adapters, isRough: false, ...others };
    this.#builds = builds;
    this.server = new Process(serverNode, this.around);
    this.server.builds = builds;
  }

  /** Lets time pass until the condition holds; whether it does within that time. */
  until(condition: () => boolean, withinMs: number): Promise<boolean> {
    return this.time.runUntil(condition, this.time.now() + withinMs);
  }

  /** Lets time pass. */
  async pass(durationMs: number): Promise<void> {
    let isOver = false;
    this.time.after(durationMs, () => (isOver = true));
    await this.until(() => isOver, durationMs);
  }

  /** Lets time pass until a promise is settled. @throws Error when it takes longer than an hour; what it rejects with */
  async outcome<T>(promise: Promise<T>, withinMs: number = hourMs): Promise<T> {
    let isSettled = false;
    const settled = (): void => void (isSettled = true);
    promise.then(settled, settled);
    if (!(await this.until(() => isSettled, withinMs))) throw new Error(`nothing came of it within ${withinMs} ms`);
    return promise;
  }

  /** Starts the server on its disk. @param builds what it runs from now on; default: as before */
  startServer(builds?: readonly TestBuild[]): Promise<RunningHost> {
    return this.outcome(this.bootServer(builds));
  }

  /** The same, without waiting. */
  bootServer(builds?: readonly TestBuild[]): Promise<RunningHost> {
    const policy = hostMeshPolicy({ tenant: 'main', trace: false });
    const local: Principal = { user: `host:${serverNode}`, roles: ['host'], tenant: 'main' };
    return this.server.start({
      role: authorityRole,
      ...(builds ? { builds } : {}),
      openMesh: ({ platform }) => createMeshNode({ id: serverNode, platform, relay, local, policy }),
    });
  }

  crashServer(): void {
    this.server.crash();
    for (const { cable } of this.devices.values()) cable.break();
  }

  /** A user's device, started. */
  async addDevice(node: string, principal: Principal, kept?: Kept): Promise<Device> {
    const device = this.device(node, principal, kept);
    await this.startDevice(device);
    return device;
  }

  /** A user's device, not started. */
  device(node: string, principal: Principal, { disk, name = node }: Kept = {}): Device {
    const process = new Process(node, this.around, disk);
    process.builds = this.#builds;
    const { time, random, around } = this;
    const cable = new Cable({
      time,
      random,
      isRough: () => around.isRough,
      door: () => this.#door(process.node, principal),
    });
    const device: Device = { process, cable, principal };
    this.devices.set(name, device);
    return device;
  }

  startDevice(device: Device, builds?: readonly TestBuild[]): Promise<RunningHost> {
    return this.outcome(this.bootDevice(device, builds));
  }

  /** The same, without waiting. */
  async bootDevice(device: Device, builds?: readonly TestBuild[]): Promise<RunningHost> {
    const { process, cable, principal } = device;
    const host = await process.start({
      role: replicaRole,
      user: principal,
      ...(builds ? { builds } : {}),
      openMesh: ({ platform }) => createMeshNode({ id: process.node, platform, local: principal }),
    });
    const { life } = process;
    if (life?.isAlive) connect(host, life, cable, () => this.#takeNewName(device));
    return host;
  }

  /** Starts a device without a server of ours, as its own authority. */
  startAlone({ process, principal }: Device, builds?: readonly TestBuild[]): Promise<RunningHost> {
    return this.outcome(
      process.start({
        role: authorityRole,
        user: principal,
        ...(builds ? { builds } : {}),
        openMesh: ({ platform }) => createMeshNode({ id: process.node, platform, local: principal }),
      }),
    );
  }

  crashDevice({ process, cable }: Device): void {
    process.crash();
    cable.break();
  }

  /** As a browser does: it stops at once, and starts anew under another name. */
  #takeNewName(device: Device): void {
    const { process } = device;
    this.crashDevice(device);
    process.node = `${process.node}-${this.random.between(100, 999)}`;
    this.bootDevice(device).catch((error: unknown) => process.errors.push(error));
  }

  #door(node: string, { user }: Principal): ((link: Link) => void) | null {
    const { life } = this.server;
    const principal = this.sessions.get(user);
    if (life === null || principal === undefined) return null;
    return (link) => {
      this.#guests.get(node)?.close(REPLACED_CODE, `${node} connected anew`);
      this.#guests.set(node, link);
      this.connections.set(node, 1 + (this.connections.get(node) ?? 0));
      life.mesh.attach(link, { role: 'node', id: node, principal });
      this.#keepAlive(link, life, node);
    };
  }

  /** The server's door tells that it is there, and ends a socket whose peer does not. */
  #keepAlive(link: Link, { platform }: Pick<Life, 'platform'>, node: string): void {
    let count = 0;
    let missed = 0;
    const isWhole = (): boolean =>
      [...this.devices.values()].some(({ process, cable }) => process.node === node && cable.isWhole);
    const beat = (): void => {
      missed = isWhole() ? 0 : missed + 1;
      if (missed > missedBeats) return link.close(1006, 'two pings were missed');
      link.send(encodeEnvelope(keepAlive(serverNode, (count += 1))));
      platform.timer(KEEP_ALIVE_MS, beat);
    };
    platform.timer(KEEP_ALIVE_MS, beat);
  }
}

function connect(host: RunningHost, life: Life, cable: Cable, onTaken: () => void): void {
  const watch = nameWatch(onTaken);
  keepConnected({
    transport: cable.transport(() => life.isAlive),
    node: life.mesh,
    platform: life.platform,
    onOpen: () => host.setOnline(true, 'connected'),
    onClose(closed) {
      host.setOnline(false, closed.reason);
      watch(closed);
    },
  });
}

/** A world whose server is up. */
export async function openWorld(options: WorldOptions): Promise<World> {
  await loadLazyPrograms();
  const world = new World(options);
  await world.startServer();
  return world;
}
