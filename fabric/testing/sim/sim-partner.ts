import type { SimWorld } from './sim-world.ts';

/** A partner whose effect happens once a key, however often it is called; some keys it refuses for good. */
export class SimPartner {
  /** calls that had the effect of their key, in the order of the first one */
  readonly calls: Map<string, number> = new Map();
  /** keys that it was asked for, whatever came of it */
  readonly asked: Set<string> = new Set();
  readonly #world: SimWorld;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** Whether it took the call; `false` for good. @throws when it hung up, before or after the effect */
  async call(key: string): Promise<boolean> {
    const { time, random, count, isRough } = this.#world;
    this.asked.add(key);
    await time.wait(random.between(1, 10));
    if (isRefused(key)) return false;
    const calls = this.calls.get(key) ?? 0;
    this.calls.set(key, calls + 1);
    if (calls > 0) count('partnerCalledAgain');
    if (isRough && random.chance(0.1)) throw new Error('the partner hung up');
    await time.wait(random.between(1, 10));
    return true;
  }
}

/** One key in eight, and always the same ones. */
function isRefused(key: string): boolean {
  let hash = 7;
  for (const letter of key) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return Math.imul(hash, 0x9e3779b1) >>> 29 === 0;
}
