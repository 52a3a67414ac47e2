import { TestudoError } from '../../error.ts';
import { linkInbox, type LinkInbox } from '../../mesh/link-inbox.ts';
import type { Link, LinkClosed, Transport } from '../../mesh/transport.ts';
import type { Random } from '../sim/random.ts';
import type { VirtualTime } from '../sim/virtual-time.ts';

/** Away from the device, or towards it. */
export type Direction = 'up' | 'down';

export interface CableOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  /** whether sockets break now and then by themselves */
  isRough(): boolean;
  /** The server's door: takes the other end of a socket; `null` while nobody is there. */
  door(): ((link: Link) => void) | null;
}

const brokenSocket: LinkClosed = { code: 1006, reason: 'the socket broke' };

/** One connection: carries frames late but in order, like TCP, until it breaks; then what was on its way is lost. */
class Socket {
  isBroken = false;
  readonly device: LinkInbox = linkInbox((closed) => this.#close('up', closed));
  readonly server: LinkInbox = linkInbox((closed) => this.#close('down', closed));
  readonly #options: CableOptions;
  readonly #latestMs = { up: 0, down: 0 };
  readonly #held = { up: [] as (() => void)[], down: [] as (() => void)[] };
  readonly #blocked: ReadonlySet<Direction>;

  constructor(options: CableOptions, blocked: ReadonlySet<Direction>) {
    this.#options = options;
    this.#blocked = blocked;
  }

  end(direction: Direction): Link {
    const [own, other] = direction === 'up' ? [this.device, this.server] : [this.server, this.device];
    return {
      bufferedBytes: 0,
      listen: (handlers) => own.listen(handlers),
      send: (text) => {
        if (!own.hasEnded) this.#carry(direction, () => other.receive(text));
      },
      close: (code, reason) => this.#close(direction, { code, reason }),
    };
  }

  break(): void {
    if (this.isBroken) return;
    this.isBroken = true;
    this.device.endedThere(brokenSocket);
    this.server.endedThere(brokenSocket);
  }

  /** What was held back in a direction goes on, as the sender's machine repeats it. */
  release(direction: Direction): void {
    for (const deliver of this.#held[direction].splice(0)) this.#carry(direction, deliver);
  }

  #close(direction: Direction, closed: LinkClosed): void {
    const [own, other] = direction === 'up' ? [this.device, this.server] : [this.server, this.device];
    if (own.hasEnded) return;
    own.endedHere(closed);
    this.#carry(direction, () => other.endedThere(closed));
  }

  #carry(direction: Direction, deliver: () => void): void {
    const { time, random, isRough } = this.#options;
    if (this.isBroken) return;
    if (isRough() && random.chance(0.01)) return this.break();
    const dueMs = Math.max(this.#latestMs[direction], time.now() + random.between(1, isRough() ? 60 : 5));
    this.#latestMs[direction] = dueMs;
    time.after(dueMs - time.now(), () => {
      if (this.isBroken) return;
      if (this.#blocked.has(direction)) this.#held[direction].push(deliver);
      else deliver();
    });
  }
}

/** What lies between one device and its server: cut, mended, deaf in one direction, slow. */
export class Cable {
  readonly #options: CableOptions;
  readonly #blocked = new Set<Direction>();
  #socket: Socket | null = null;
  #isCut = false;

  constructor(options: CableOptions) {
    this.#options = options;
  }

  get isWhole(): boolean {
    return !this.#isCut && this.#blocked.size === 0;
  }

  /** The network is gone, or there again; the open socket breaks. */
  cut(isCut: boolean): void {
    this.#isCut = isCut;
    if (isCut) this.break();
  }

  /** Nothing arrives in one direction, and neither end is told; once let through, what was sent meanwhile arrives. */
  block(direction: Direction, isBlocked: boolean): void {
    if (isBlocked) this.#blocked.add(direction);
    else this.#blocked.delete(direction);
    if (!isBlocked) this.#socket?.release(direction);
  }

  break(): void {
    this.#socket?.break();
    this.#socket = null;
  }

  /** The device's way to connect, in one life of it: nobody connects for the dead. */
  transport(isAlive: () => boolean): Transport {
    return { kind: 'memory', connect: () => this.#connect(isAlive) };
  }

  async #connect(isAlive: () => boolean): Promise<Link> {
    const { time, door } = this.#options;
    await time.wait(2);
    if (!isAlive()) return new Promise(() => undefined);
    const open = this.#isCut ? null : door();
    if (open === null) throw new TestudoError('LINK_CLOSED', 'the server cannot be reached');
    this.#socket?.break();
    const socket = new Socket(this.#options, this.#blocked);
    this.#socket = socket;
    open(socket.end('down'));
    return socket.end('up');
  }
}
