import type { VirtualTime } from './virtual-time.ts';

/** One life of a process: what reaches it while it stands still waits, and what reaches it dead is lost. */
export class SimProcess {
  readonly #time: VirtualTime;
  #isAlive = true;
  #held: (() => void)[] | null = null;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isFrozen(): boolean {
    return this.#held !== null;
  }

  /** Hands something in from outside: a timer, an answer of the disk or of the network. */
  deliver(arrival: () => void): void {
    if (!this.#isAlive) return;
    if (this.#held === null) arrival();
    else this.#held.push(arrival);
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#time.after(delayMs, () => this.deliver(resolve)));
  }

  freeze(): void {
    this.#held ??= [];
  }

  /** Goes on, with all that arrived meanwhile. */
  thaw(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const arrival of held) this.deliver(arrival);
  }

  kill(): void {
    this.#isAlive = false;
    this.#held = null;
  }
}
