import type { Principal } from '../../access/principal.ts';
import { createHost } from '../../host/create-host.ts';
import { createFlowRunner } from '../../host/flow-runner.ts';
import type { HostConfiguration, RunningHost } from '../../host/host-options.ts';
import type { HostRole } from '../../host/partitions.ts';
import { brokerSinks, type BrokerSinks } from '../../host/sinks/broker-sinks.ts';
import type { MeshNode } from '../../mesh/mesh-node.ts';
import type { Platform } from '../../platform.ts';
import { modelRealm, snapshotOf, type Adapters, type TestBuild } from '../model-realm.ts';
import type { Random } from '../sim/random.ts';
import { SimDisk } from '../sim/sim-disk.ts';
import type { VirtualTime } from '../sim/virtual-time.ts';

/** What every process of a world shares. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly adapters: Adapters;
  readonly configuration?: Partial<HostConfiguration>;
  /** what authorities forward to the broker */
  readonly sinks?: BrokerSinks;
  /** whether disks and sockets fail now and then */
  isRough: boolean;
}

/** One life of a process, from its start to its crash. */
export interface Life {
  readonly platform: Platform;
  readonly mesh: MeshNode;
  isAlive: boolean;
}

export interface StartOptions {
  readonly role: HostRole;
  /** what it runs from now on; default: what it ran before */
  readonly builds?: readonly TestBuild[];
  /** who is signed in at a device */
  readonly user?: Principal;
  openMesh(life: Omit<Life, 'mesh'>): MeshNode;
}

/** A host's process with its machine: the disk outlives it, and its clock may be wrong. */
export class Process {
  node: string;
  readonly disk: SimDisk;
  /** what was reported to nobody, over all its lives */
  readonly errors: unknown[] = [];
  /** how far its clock is off, in milliseconds */
  skewMs = 0;
  builds: readonly TestBuild[] = [];
  /** all that its realm can load */
  readonly #known: TestBuild[] = [];
  readonly #around: Surroundings;
  #life: Life | null = null;
  #host: RunningHost | null = null;

  constructor(node: string, around: Surroundings, disk?: SimDisk) {
    const { time, random } = around;
    this.node = node;
    this.#around = around;
    this.disk = disk ?? new SimDisk({ time, random, isRough: () => around.isRough });
  }

  get isUp(): boolean {
    return this.#life !== null;
  }

  get life(): Life | null {
    return this.#life;
  }

  /** @throws Error while it is down, or not up yet */
  get host(): RunningHost {
    if (this.#host) return this.#host;
    throw new Error(`${this.node} is down`);
  }

  /** The host, if it is there. */
  get running(): RunningHost | null {
    return this.#host;
  }

  /** Starts it on what its disk holds; resolves when its objects can be used. It never does if it crashes meanwhile. */
  async start({ role, builds = this.builds, user, openMesh }: StartOptions): Promise<RunningHost> {
    const born = { platform: this.#platform(() => life.isAlive), isAlive: true };
    const life: Life = Object.assign(born, { mesh: openMesh(born) });
    this.#life = life;
    this.builds = builds;
    this.#known.splice(0, Infinity, ...builds);
    const { adapters, configuration, sinks: wanted } = this.#around;
    const { platform, mesh } = life;
    const sinks = role.name === 'authority' && wanted && brokerSinks(wanted, { mesh, platform, tenant: 'main' });
    const host = await createHost({
      ...{ node: this.node, role, mesh, platform, runtime: 'node', tenant: 'main' },
      ...(sinks ? { sinks, role: sinks.around(role) } : {}),
      ...(user === undefined ? {} : { user }),
      datasource: this.disk.open(),
      createFlows: createFlowRunner,
      startRealm: async (name) => ({
        name,
        api: modelRealm(this.#known, adapters, platform),
        terminate: async () => undefined,
        onLost: () => undefined,
      }),
      fetch: async () => ({ status: 200, headers: {}, body: '' }),
      bytes: async () => new ArrayBuffer(0),
      configuration: {
        bindings: { adapters: {}, services: {} },
        endpoints: {},
        grants: {},
        trace: false,
        ...configuration,
      },
    });
    await host.useSnapshot(snapshotOf(builds));
    if (life.isAlive) this.#host = host;
    return host;
  }

  /** Takes other builds while it runs. */
  use(builds: readonly TestBuild[]): Promise<void> {
    this.builds = builds;
    this.#known.push(...builds);
    return this.host.useSnapshot(snapshotOf(builds));
  }

  /** It is dead at once: nothing that it had begun goes on, but for what its disk has already. */
  crash(): void {
    if (this.#life) this.#life.isAlive = false;
    this.#life = null;
    this.#host = null;
    this.disk.crash();
  }

  #platform(isAlive: () => boolean): Platform {
    const { time, random } = this.#around;
    return {
      now: () => time.now() + this.skewMs,
      timer: (delayMs, callback) => time.after(delayMs, () => void (isAlive() && callback())),
      random: (length) => Uint8Array.from({ length }, () => random.between(0, 255)),
      digest: () => Promise.reject(new Error('no digests here')),
      onError: (error) => void (isAlive() && this.errors.push(error)),
    };
  }
}
