import type { Random } from './random.ts';
import type { SimWorld } from './sim-world.ts';

/** What the partner says: he does it, he refuses for good, or he has done it but answers what no model takes. */
export type PartnerAnswer = 'done' | 'refused' | 'spoiled';

/** A partner whose effect happens once a key, however often it is called; of some keys he answers ill, and for good. */
export class SimPartner {
  /** calls that had the effect of their key, in the order of the first one */
  readonly calls: Map<string, number> = new Map();
  /** keys that it was asked for, whatever came of it */
  readonly asked: Set<string> = new Set();
  readonly #world: SimWorld;
  readonly #random: Random;

  constructor(world: SimWorld) {
    this.#world = world;
    this.#random = world.stream('partner');
  }

  /** @throws when it hung up, before or after the effect */
  async call(key: string): Promise<PartnerAnswer> {
    const { time, count, goesWrong } = this.#world;
    const random = this.#random;
    this.asked.add(key);
    await time.wait(random.between(1, 10));
    const answer = answerTo(key);
    if (answer === 'refused') return answer;
    const calls = this.calls.get(key) ?? 0;
    this.calls.set(key, calls + 1);
    if (calls > 0) count('partnerCalledAgain');
    if (goesWrong(random, 'hungUp')) throw new Error('the partner hung up');
    await time.wait(random.between(1, 10));
    return answer;
  }
}

/** Always the same one; of sixteen keys two are refused and one is spoiled. */
function answerTo(key: string): PartnerAnswer {
  let hash = 7;
  for (const letter of key) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  const roll = Math.imul(hash, 0x9e3779b1) >>> 28;
  if (roll === 0 && !key.endsWith('.undo')) return 'spoiled';
  return roll === 1 || roll === 2 ? 'refused' : 'done';
}
