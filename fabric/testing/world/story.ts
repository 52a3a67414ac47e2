import type { Principal } from '../../access/principal.ts';
import { toWire } from '../../error.ts';
import type { WriteRequest } from '../../host/host-api.ts';
import type { RunningHost } from '../../host/host-options.ts';
import { parcel, storyPartner, type StoryPartner } from './story-model.ts';
import { storyFaults, type Acknowledged } from './story-oracle.ts';
import { openWorld, type Device, type World } from './world.ts';

const roughMs = 20_000;
const users = ['ann', 'bob'] as const;
const clockJumpsMs = [-400_000_000, -60_000, 60_000, 400_000_000];

/** What came of one story. */
export interface StoryReport {
  readonly faults: readonly string[];
  /** how often something happened that a story should exercise */
  readonly counts: { readonly [what: string]: number };
}

/** Three devices of two users and a server: they write, and their machines and networks fail; then peace, and all agree. */
export async function tellStory(seed: number): Promise<StoryReport> {
  let world: World | null = null;
  const there = (): World => {
    if (world) return world;
    throw new Error('the world has not begun');
  };
  const partner = storyPartner({
    random: () => there().random,
    time: () => there().time,
    isRough: () => there().around.isRough,
  });
  world = await openWorld({
    seed,
    builds: [{ remote: 'post', build: 'b1', models: [parcel] }],
    adapters: partner.adapters,
    configuration: { flowLeaseMs: 3000 },
  });
  return new Story(world, partner).run();
}

class Story {
  readonly #world: World;
  readonly #partner: StoryPartner;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #counts: { [what: string]: number } = {};
  readonly #ids: string[] = [];
  #made = 0;

  constructor(world: World, partner: StoryPartner) {
    this.#world = world;
    this.#partner = partner;
  }

  async run(): Promise<StoryReport> {
    const world = this.#world;
    for (const user of users) world.sessions.set(user, { user, roles: [], tenant: 'main' });
    for (const [node, user] of [
      ['ann-1', 'ann'],
      ['ann-2', 'ann'],
      ['bob-1', 'bob'],
    ] as const)
      await world.addDevice(node, world.sessions.get(user) as Principal);
    world.around.isRough = true;
    const devices = [...world.devices.values()];
    for (const device of devices) void this.#work(device);
    void this.#misfortune(devices);
    await world.pass(roughMs);
    await this.#heal(devices);
    const faults = await storyFaults({ world, partner: this.#partner, acknowledged: this.#acknowledged });
    this.#count('calls', this.#partner.calls);
    this.#count('effects', this.#partner.effects.length);
    return { faults, counts: this.#counts };
  }

  #count(what: string, by: number = 1): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + by;
  }

  async #work({ process, principal }: Device): Promise<void> {
    const { time, random, around } = this.#world;
    for (await time.wait(random.between(1, 200)); around.isRough; await time.wait(random.between(20, 900))) {
      const host = process.running;
      const request = host && this.#request(host, process.node);
      if (host && request) void this.#write(host, request, { node: process.node, principal });
    }
  }

  #request(host: RunningHost, node: string): WriteRequest | null {
    const { random } = this.#world;
    const tag = `${node} ${(this.#made += 1)}`;
    if (this.#ids.length < 3 || random.chance(0.15)) {
      const id = `p-${this.#made}`;
      this.#ids.push(id);
      return { modelName: 'parcel', kind: 'create', id, input: { trail: [tag] } };
    }
    const id = random.pick(this.#ids);
    const at = { modelName: 'parcel', id } as const;
    if (random.chance(0.1)) return { ...at, kind: 'command', command: 'cancel', input: null };
    if (random.chance(0.05)) return { ...at, kind: 'delete', input: null };
    if (random.chance(0.2)) return { ...at, kind: 'update', input: { [`by-${node}`]: this.#made } };
    return { ...at, kind: 'command', command: 'mark', input: tag };
  }

  async #write(host: RunningHost, request: WriteRequest, { node, principal }: { node: string; principal: Principal }) {
    try {
      const { opId } = await host.write(request, principal);
      this.#acknowledged.push({ node, opId, request });
      this.#count('acknowledged');
    } catch (error) {
      this.#count(`not taken: ${toWire(error).code}`);
    }
  }

  async #misfortune(devices: readonly Device[]): Promise<void> {
    const { time, random, around, server } = this.#world;
    for (await time.wait(500); around.isRough; await time.wait(random.between(100, 1500))) {
      const device = random.pick(devices);
      const [serverDies, deviceDies, isDeaf, clockJumps] = [0.2, 0.3, 0.2, 0.1].map((chance) => random.chance(chance));
      if (serverDies) void this.#serverDies();
      else if (deviceDies) void this.#deviceDies(device);
      else if (isDeaf) void this.#goDeaf(device);
      else if (clockJumps) random.pick([server, device.process]).skewMs += random.pick(clockJumpsMs);
      else void this.#unplug(device);
    }
  }

  async #serverDies(): Promise<void> {
    const { time, random, server } = this.#world;
    if (!server.isUp) return;
    this.#count('server crashes');
    this.#world.crashServer();
    await time.wait(random.between(1, 2000));
    if (!server.isUp) void this.#world.bootServer().catch(() => this.#count('failed starts'));
  }

  async #deviceDies(device: Device): Promise<void> {
    const { time, random } = this.#world;
    if (!device.process.isUp) return;
    this.#count('device crashes');
    this.#world.crashDevice(device);
    await time.wait(random.between(1, 4000));
    if (!device.process.isUp) void this.#world.bootDevice(device).catch(() => this.#count('failed starts'));
  }

  async #unplug({ cable }: Device): Promise<void> {
    const { time, random } = this.#world;
    this.#count('cuts');
    cable.cut(true);
    await time.wait(random.between(100, 6000));
    cable.cut(false);
  }

  async #goDeaf({ cable }: Device): Promise<void> {
    const { time, random } = this.#world;
    const direction = random.pick(['up', 'down'] as const);
    this.#count('deaf');
    cable.block(direction, true);
    await time.wait(random.between(100, 6000));
    cable.block(direction, false);
  }

  /** Nothing fails any more; a process that did not come up, because its disk was busy, is started again. */
  async #heal(devices: readonly Device[]): Promise<void> {
    const world = this.#world;
    world.around.isRough = false;
    await world.pass(7000);
    if (world.server.running === null) {
      world.crashServer();
      await world.startServer();
    }
    for (const device of devices) {
      device.cable.cut(false);
      if (device.process.running !== null) continue;
      world.crashDevice(device);
      await world.startDevice(device);
    }
    await world.pass(180_000);
  }
}
