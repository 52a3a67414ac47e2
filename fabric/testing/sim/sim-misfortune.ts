import type { SimAuthority } from './sim-authority.ts';
import type { SimDevice } from './sim-device.ts';
import type { CutWay, SimNetwork } from './sim-network.ts';
import { roughMs, type SimEvent, type SimEventType } from './sim-plan.ts';
import type { SimWorld } from './sim-world.ts';

/** Upon whom misfortune comes. */
export interface Victims {
  readonly world: SimWorld;
  readonly authority: SimAuthority;
  readonly devices: SimDevice[];
  readonly network: SimNetwork;
  /** a new device, or one on a copy of another's disk */
  join(original?: SimDevice): void;
}

type Host = SimAuthority | SimDevice;

const bothWays: readonly CutWay[] = ['requests', 'replies'];

/** Makes happen what the plan says, and undoes it when the world is healed. */
export class SimMisfortune {
  readonly #victims: Victims;
  readonly #acts: { readonly [type in SimEventType]: (event: SimEvent) => void };

  constructor(victims: Victims) {
    this.#victims = victims;
    this.#acts = {
      crash: (event) => this.#crash(this.#host(event), event.forMs),
      cut: (event) => this.#cut(event, bothWays),
      'cut-requests': (event) => this.#cut(event, ['requests']),
      'cut-replies': (event) => this.#cut(event, ['replies']),
      join: () => victims.join(),
      leave: (event) => this.#leave(event),
      clone: (event) => this.#clone(event),
      clock: (event) => void (this.#host(event).clockMs += event.forMs),
      compact: () => victims.authority.compact(),
      full: (event) => this.#fill(event),
      freeze: (event) => this.#freeze(event),
      slow: (event) => this.#slow(event),
      rights: (event) => this.#changeRights(event),
      tear: (event) => this.#tear(event),
      flip: (event) => this.#flip(event),
      lose: (event) => this.#lose(this.#host(event), event.forMs),
      doubt: (event) => this.#host(event).disk.doubt(event.forMs),
      dismiss: (event) => this.#device(event).dismiss(event.forMs),
      restore: ({ forMs }) => this.#lose(victims.authority, forMs),
    };
  }

  /** Has the events of one rough time happen at their moments, from now on. */
  plan(period: number): void {
    const { plan, time, log, count } = this.#victims.world;
    for (const event of plan.events) {
      if (Math.floor(event.atMs / roughMs) !== period) continue;
      time.after(event.atMs % roughMs, () => {
        log(`event ${event.type} ${event.who} ${event.forMs}`);
        count(event.type);
        this.#acts[event.type](event);
      });
    }
  }

  /** Nothing fails any more, and everybody is up. */
  heal(): void {
    const { authority, devices, network } = this.#victims;
    for (const host of [authority, ...devices]) {
      host.disk.isFull = false;
      network.cut(host.label, bothWays, false);
      network.slow(host.label, false);
      if (host !== authority) (host as SimDevice).thaw();
      if (!host.isUp) void host.start();
    }
  }

  #device({ who }: SimEvent): SimDevice {
    const { devices } = this.#victims;
    return devices[who % devices.length] as SimDevice;
  }

  #host({ who }: SimEvent): Host {
    const { authority, devices } = this.#victims;
    const index = who % (devices.length + 1);
    return index === 0 ? authority : (devices[index - 1] as SimDevice);
  }

  #crash(host: Host, forMs: number): void {
    if (host.isUp) host.crash();
    this.#startLater(host, forMs);
  }

  #startLater(host: Host, delayMs: number): void {
    this.#later(delayMs, () => {
      if (!host.isUp) void host.start();
    });
  }

  /** Unless the world was healed meanwhile, or the device has left. */
  #later(delayMs: number, act: () => void): void {
    const { world } = this.#victims;
    world.time.after(delayMs, () => void (world.isRough && act()));
  }

  #cut(event: SimEvent, ways: readonly CutWay[]): void {
    const { network } = this.#victims;
    const { label } = this.#device(event);
    network.cut(label, ways, true);
    this.#later(event.forMs, () => network.cut(label, ways, false));
  }

  #slow(event: SimEvent): void {
    const { network } = this.#victims;
    const { label } = this.#device(event);
    network.slow(label, true);
    this.#later(event.forMs, () => network.slow(label, false));
  }

  #changeRights(event: SimEvent): void {
    const { authority, world } = this.#victims;
    world.rights.change(this.#device(event).name, event.forMs);
    authority.endFollowing();
  }

  /** A device that nobody ever starts again: what its flows had to do is left to the authority. */
  #leave(event: SimEvent): void {
    const { devices } = this.#victims;
    if (devices.length < 2) return;
    const [device] = devices.splice(event.who % devices.length, 1);
    device?.leave();
  }

  #clone(event: SimEvent): void {
    const { devices, join } = this.#victims;
    const original = this.#device(event);
    join(original);
    for (const device of devices) if (device.name === original.name) device.mayFork = true;
  }

  #fill(event: SimEvent): void {
    const { disk } = this.#host(event);
    disk.isFull = true;
    this.#later(event.forMs, () => void (disk.isFull = false));
  }

  #freeze(event: SimEvent): void {
    const device = this.#device(event);
    device.freeze();
    this.#later(event.forMs, () => device.thaw());
  }

  /** The power goes while a record is being written, as soon as one is. */
  #tear(event: SimEvent): void {
    const device = this.#device(event);
    if (!device.disk.isBusy) return this.#later(1, () => this.#tear(event));
    const cut = device.crash(true);
    if (cut !== null) device.damage(cut);
    this.#startLater(device, event.forMs);
  }

  #flip(event: SimEvent): void {
    const host = this.#host(event);
    host.crash();
    host.damage(null);
    this.#startLater(host, event.forMs);
  }

  /** The power goes, and what the disk had said to be durable of late is not there. */
  #lose(host: Host, forMs: number): void {
    const { world, authority } = this.#victims;
    host.crash();
    host.forget(world.time.now() - forMs);
    if (host === authority) this.#replaceDatabase();
    this.#startLater(host, 20);
  }

  #replaceDatabase(): void {
    for (const device of this.#victims.devices) device.mayFork = true;
  }
}
