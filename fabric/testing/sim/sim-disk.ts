import { TestudoError } from '../../error.ts';
import { commitQueue } from '../../store/commit-queue.ts';
import type { Datasource, Entry, RangeOptions } from '../../store/datasource.ts';
import { decodeEntries, decodeRecord, encodeSummed, rangeLimit, type EncodedWrite } from '../../store/record-codec.ts';
import { withoutDoubt } from '../../store/without-doubt.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How a store of ours writes and reads text: the real code, or one with a planted fault. */
export interface StoreKit {
  readonly commitQueue: typeof commitQueue;
  readonly decodeEntries: typeof decodeEntries;
  readonly decodeRecord: typeof decodeRecord;
  readonly encodeSummed: typeof encodeSummed;
  readonly withoutDoubt: typeof withoutDoubt;
}

/** Reads fail by a stream of their own: with them or without, all else of a run is drawn the same. */
export interface FailedReads {
  /** of a hundred reads of one record; of a hundred ranges, of which an opening reads many, a tenth of that */
  readonly percent: number;
  readonly random: Random;
}

/** What a disk needs to be slow, to fail and to be cut off. */
export interface SimDiskOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  /** whether commits may fail now and then */
  isRough(): boolean;
  /** of a hundred commits, how many fail in a rough time; default 3 */
  readonly failedCommits?: number;
  /** which reads fail in a rough time; absent: none */
  readonly failedReads?: FailedReads;
  readonly kit?: StoreKit;
}

/** A commit that the disk has taken. */
export interface SimCommit {
  readonly atMs: number;
  readonly writes: readonly EncodedWrite[];
}

/** How a process uses a disk. */
export interface OpenOptions {
  /** hands an answer to the process; default: at once */
  deliver?(answer: () => void): void;
  /** takes the disk over: from now on commits of those who opened it before are `FENCED` */
  readonly fences?: boolean;
  /** a commit is there of which it was told that it was not: the process has to begin anew */
  onLanded?(): void;
}

/** A commit of which nobody knows what becomes of it. */
interface Doubtful {
  readonly writes: readonly EncodedWrite[];
  readonly lands: boolean;
  /** has the process look at once */
  readonly ended: () => void;
}

interface Life {
  readonly incarnation: number;
  readonly epoch: number | null;
  readonly deliver: (answer: () => void) => void;
  readonly ended: () => void;
}

/** Texts by collection and key. */
export type StoredTexts = Map<string, Map<string, string>>;

const realKit: StoreKit = { commitQueue, decodeEntries, decodeRecord, encodeSummed, withoutDoubt };

/**
 * A disk that outlives its process, below the code that our stores have in common. A commit takes time; when the
 * process dies meanwhile it is wholly there or not at all, and never without those before it. One that was reported
 * durable is there for good, unless it is told to `forget`, or a record to be damaged.
 */
export class SimDisk {
  texts: StoredTexts = new Map();
  readonly counts = {
    failedCommits: 0,
    cutCommits: 0,
    fencedCommits: 0,
    fullCommits: 0,
    lateCommits: 0,
    failedReads: 0,
  };
  /** texts that are not what was written */
  readonly damaged: Set<string> = new Set();
  /** has no room for another commit */
  isFull = false;
  /** all commits that it keeps, oldest first */
  journal: SimCommit[] = [];
  readonly #options: SimDiskOptions;
  readonly #kit: StoreKit;
  readonly #watchers: ((commit: SimCommit | null) => void)[] = [];
  #underWay: readonly EncodedWrite[] | null = null;
  /** of the next commits that come in doubt, after how many ms they are there; 0: never */
  readonly #doubts: number[] = [];
  #doubtful: Doubtful | null = null;
  #incarnation = 0;
  #epoch = 0;

  constructor(options: SimDiskOptions) {
    this.#options = options;
    this.#kit = options.kit ?? realKit;
  }

  /** Tells of each commit that the disk has taken, and with `null` that it has forgotten some. */
  watch(watcher: (commit: SimCommit | null) => void): void {
    this.#watchers.push(watcher);
  }

  /** whether a commit is under way */
  get isBusy(): boolean {
    return this.#underWay !== null;
  }

  /** The next commit is told as failed, and is there all the same `landsMs` later; 0: it is not. */
  doubt(landsMs: number): void {
    this.#doubts.push(landsMs);
  }

  /** The processes that used the disk are dead: their commit under way may be there. @returns it, if it is */
  crash(isKept: boolean = this.#options.random.chance(0.5)): readonly EncodedWrite[] | null {
    const cut = this.#underWay;
    this.#underWay = null;
    this.#doubtful = null;
    this.#incarnation += 1;
    if (cut === null) return null;
    this.counts.cutCommits += 1;
    if (!isKept) return null;
    this.#take(cut);
    return cut;
  }

  /** Loses the latest commits, as if they had never been. @returns them, oldest first */
  forget(sinceMs: number): readonly SimCommit[] {
    const lost = this.journal.filter(({ atMs }) => atMs >= sinceMs);
    if (lost.length === 0) return lost;
    const kept = this.journal.slice(0, this.journal.length - lost.length);
    this.journal = kept;
    this.texts = new Map();
    for (const { writes } of kept) applyTexts(this.texts, writes);
    for (const watcher of this.#watchers) watcher(null);
    return lost;
  }

  /** A disk with the same records. */
  copy(options: SimDiskOptions): SimDisk {
    const copy = new SimDisk(options);
    copy.journal = [...this.journal];
    for (const text of this.damaged) copy.damaged.add(text);
    for (const [collection, entries] of this.texts) copy.texts.set(collection, new Map(entries));
    return copy;
  }

  /** What a collection holds, in key order. @throws TestudoError `CORRUPT` */
  entries(collection: string): readonly Entry[] {
    const rows = [...(this.texts.get(collection) ?? [])].map(([key, text]) => ({ key, text }));
    rows.sort((left, right) => (left.key < right.key ? -1 : 1));
    return this.#kit.decodeEntries(collection, rows, {});
  }

  /** A store for the next process. What a dead one still asks for is never answered. */
  open({ deliver = (answer) => answer(), fences = false, onLanded }: OpenOptions = {}): Datasource {
    if (fences) {
      if (this.#doubtful !== null) this.#end(this.#doubtful);
      this.#epoch += 1;
      this.#underWay = null;
    }
    const ended = (): void => void enqueue([]).catch(() => undefined);
    const life: Life = { incarnation: this.#incarnation, epoch: fences ? this.#epoch : null, deliver, ended };
    const enqueue = this.#kit.commitQueue({
      apply: this.#kit.withoutDoubt({
        apply: (writes) => this.#apply(writes, life),
        text: (collection, key) => this.#answer(life, 0, () => this.#text(collection, key)),
        onLanded: () => deliver(() => onLanded?.()),
      }),
    });
    return {
      kind: 'memory',
      get: (collection, key) => this.#answer(life, 0, () => this.#read(collection, key)),
      range: (collection, options) => this.#answer(life, 0, () => this.#range(collection, options)),
      commit: async (writes) => enqueue(this.#kit.encodeSummed(writes)),
      close: async () => undefined,
    };
  }

  #answer<T>(life: Life, delayMs: number, use: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#options.time.after(delayMs, () => {
        if (life.incarnation !== this.#incarnation) return;
        try {
          const value = use();
          life.deliver(() => resolve(value));
        } catch (error) {
          life.deliver(() => reject(error));
        }
      });
    });
  }

  #apply(writes: readonly EncodedWrite[], life: Life): Promise<void> {
    const { random } = this.#options;
    if (life.incarnation !== this.#incarnation) return new Promise(() => undefined);
    const refusal = this.#refusal();
    if (refusal !== null) {
      return this.#answer(life, 1, () => {
        throw refusal;
      });
    }
    if (!this.#isFenced(life)) this.#underWay = writes;
    const [landsMs] = this.#isFenced(life) || writes.length === 0 ? [] : this.#doubts.splice(0, 1);
    if (landsMs !== undefined) return this.#giveUp(writes, life, landsMs);
    return this.#answer(life, random.between(1, 8), () => this.#finish(writes, life));
  }

  #giveUp(writes: readonly EncodedWrite[], life: Life, landsMs: number): Promise<void> {
    const { time, random } = this.#options;
    const doubtful = { writes, lands: landsMs > 0, ended: life.ended };
    this.#doubtful = doubtful;
    const toldMs = random.between(1, 4);
    time.after(toldMs + random.between(0, 2) + landsMs, () => this.#end(doubtful));
    return this.#answer(life, toldMs, () => {
      throw new TestudoError('DEADLINE', 'the simulated disk says nothing; try again', { data: { inDoubt: true } });
    });
  }

  /** What became of a commit in doubt is sure now. */
  #end(doubtful: Doubtful): void {
    if (this.#doubtful !== doubtful) return;
    const { writes, lands, ended } = doubtful;
    this.#doubtful = null;
    this.#underWay = null;
    if (lands) {
      this.counts.lateCommits += 1;
      this.#take(writes);
    }
    if (this.#options.random.chance(0.5)) ended();
  }

  #refusal(): TestudoError | null {
    const { random, isRough, failedCommits = 3 } = this.#options;
    if (this.isFull) {
      this.counts.fullCommits += 1;
      return new TestudoError('STORAGE_FULL', 'the simulated disk has no room; make some');
    }
    if (!isRough() || !random.chance(failedCommits / 100)) return null;
    this.counts.failedCommits += 1;
    return new TestudoError('UNAVAILABLE', 'the simulated disk is busy; try again');
  }

  #isFenced({ epoch }: Life): boolean {
    return epoch !== null && epoch < this.#epoch;
  }

  #finish(writes: readonly EncodedWrite[], life: Life): void {
    if (this.#underWay === writes) this.#underWay = null;
    if (this.#isFenced(life)) {
      this.counts.fencedCommits += 1;
      throw new TestudoError(
        'FENCED',
        `the disk is owned under epoch ${this.#epoch} now, not ${String(life.epoch)}; ask its owner`,
      );
    }
    this.#take(writes);
  }

  #take(writes: readonly EncodedWrite[]): void {
    const commit = { atMs: this.#options.time.now(), writes };
    this.journal.push(commit);
    applyTexts(this.texts, writes);
    for (const watcher of this.#watchers) watcher(commit);
  }

  #text(collection: string, key: string): string | undefined {
    if (this.#doubtful !== null) throw new TestudoError('DEADLINE', 'the simulated disk says nothing; try again');
    return this.texts.get(collection)?.get(key);
  }

  #failNowAndThen(percent: number): void {
    const { isRough, failedReads } = this.#options;
    if (failedReads === undefined || !isRough() || !failedReads.random.chance(percent / 100)) return;
    this.counts.failedReads += 1;
    throw new TestudoError('UNAVAILABLE', 'the simulated disk fails a read; try again');
  }

  #read(collection: string, key: string): ReturnType<typeof decodeRecord> | undefined {
    this.#failNowAndThen(this.#options.failedReads?.percent ?? 0);
    const text = this.texts.get(collection)?.get(key);
    return text === undefined ? undefined : this.#kit.decodeRecord(collection, key, text);
  }

  #range(collection: string, options: RangeOptions = {}): readonly Entry[] {
    this.#failNowAndThen((this.#options.failedReads?.percent ?? 0) / 10);
    const { after, before } = options;
    const entries = this.texts.get(collection) ?? new Map<string, string>();
    const rows = [...entries.keys()]
      .filter((key) => (after === undefined || key > after) && (before === undefined || key < before))
      .sort((left, right) => (left < right ? -1 : 1))
      .slice(0, rangeLimit(options))
      .map((key) => ({ key, text: entries.get(key) as string }));
    return this.#kit.decodeEntries(collection, rows, options);
  }
}

function applyTexts(texts: StoredTexts, writes: readonly EncodedWrite[]): void {
  for (const { collection, key, text } of writes) {
    const entries = texts.get(collection) ?? new Map<string, string>();
    texts.set(collection, entries);
    if (text === undefined) entries.delete(key);
    else entries.set(key, text);
  }
}
