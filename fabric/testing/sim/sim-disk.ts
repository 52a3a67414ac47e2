import { TestudoError } from '../../error.ts';
import type { Datasource, Write } from '../../store/datasource.ts';
import { applyWrites, readRange, readRecord, type Records } from './memory-datasource.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a disk needs to be slow, to fail and to be cut off. */
export interface SimDiskOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  /** whether commits may fail now and then */
  isRough(): boolean;
}

interface Commit {
  readonly writes: readonly Write[];
}

/**
 * A disk that outlives its process. A commit takes time; when the process dies meanwhile it is wholly there or not
 * at all, and never without those before it. One that was reported durable is there for good.
 */
export class SimDisk {
  readonly records: Records = new Map();
  /** what was there and was removed, as it was last: laws speak of it too */
  readonly removed: Records = new Map();
  failedCommits = 0;
  tornCommits = 0;
  readonly #options: SimDiskOptions;
  #underWay: Commit[] = [];
  #incarnation = 0;

  constructor(options: SimDiskOptions) {
    this.#options = options;
  }

  /** The process that used the disk is dead: of its commits under way the first few may be there. */
  crash(): void {
    const { random } = this.#options;
    const survivors = this.#underWay.length === 0 ? 0 : random.between(0, this.#underWay.length);
    if (this.#underWay.length > 0) this.tornCommits += 1;
    for (const { writes } of this.#underWay.slice(0, survivors)) this.#apply(writes);
    this.#underWay = [];
    this.#incarnation += 1;
  }

  /** A store for the next process. What a dead one still asks for is never answered. */
  open(): Datasource {
    const incarnation = this.#incarnation;
    const answer = <T>(delayMs: number, use: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        this.#options.time.after(delayMs, () => {
          if (incarnation !== this.#incarnation) return;
          try {
            resolve(use());
          } catch (error) {
            reject(error);
          }
        });
      });
    return {
      kind: 'memory',
      get: (collection, key) => answer(0, () => readRecord(this.records, collection, key)),
      range: (collection, options) => answer(0, () => readRange(this.records, collection, options)),
      commit: (writes) =>
        incarnation === this.#incarnation ? this.#commit(writes, answer) : new Promise(() => undefined),
      close: async () => undefined,
    };
  }

  #commit(writes: readonly Write[], answer: <T>(delayMs: number, use: () => T) => Promise<T>): Promise<void> {
    const { random, isRough } = this.#options;
    if (isRough() && random.chance(0.03)) {
      this.failedCommits += 1;
      return answer(1, () => {
        throw new TestudoError('UNAVAILABLE', 'the simulated disk is busy');
      });
    }
    const commit = { writes };
    this.#underWay.push(commit);
    return answer(random.between(1, 8), () => this.#finish(commit));
  }

  #apply(writes: readonly Write[]): void {
    for (const { collection, key, value } of writes) {
      const former = value === undefined ? readRecord(this.records, collection, key) : undefined;
      if (former !== undefined) applyWrites(this.removed, [{ collection, key, value: former }]);
    }
    applyWrites(this.records, writes);
  }

  /** Commits take effect in call order, so those before this one are there too. */
  #finish(commit: Commit): void {
    const index = this.#underWay.indexOf(commit);
    for (const { writes } of this.#underWay.splice(0, index + 1)) this.#apply(writes);
  }
}
