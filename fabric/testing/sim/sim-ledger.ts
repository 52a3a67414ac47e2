import type { ObjectState } from '../../record/object-state.ts';
import { opId, type Op } from '../../record/op.ts';
import type { FeedEntry, OpResult } from '../../sync/wire.ts';
import { markOf } from './op-mark.ts';
import type { SimCommit, SimDisk, StoreKit } from './sim-disk.ts';
import { partition } from './sim-world.ts';

/** An op and its outcome as the authority's disk took them. */
export interface SimDecision {
  readonly op: Op;
  readonly result: OpResult;
  readonly mark: string;
}

interface Chapter {
  readonly decided: readonly SimDecision[];
  readonly entries: readonly FeedEntry[];
}

/** All that the authority's disk ever took, in order, also what it has been made to forget, or has given back since. */
export class SimLedger {
  /** decisions that were made in histories that the disk has lost */
  readonly lost: SimDecision[] = [];
  readonly lostEntries: FeedEntry[] = [];
  /** how often the disk has gone back to an older state */
  rewinds = 0;
  readonly #disk: SimDisk;
  readonly #kit: StoreKit;
  #chapters: Chapter[] = [];
  #byMark = new Map<string, SimDecision[]>();
  #states = new Map<string, ObjectState[]>();
  /** ids of the ops that are decided: a compaction writes their records anew */
  #known = new Set<string>();

  constructor(disk: SimDisk, kit: StoreKit) {
    this.#disk = disk;
    this.#kit = kit;
    disk.watch((commit) => (commit === null ? this.#rewind() : this.#add(this.#read(commit))));
  }

  /** Every decision of the history that stands, in the order in which they were made. */
  get decided(): readonly SimDecision[] {
    return this.#chapters.flatMap(({ decided }) => decided);
  }

  /** The log of the history that stands, in order. */
  get entries(): readonly FeedEntry[] {
    return this.#chapters.flatMap(({ entries }) => entries);
  }

  /** The numbers of the entries that the log still has, in order. */
  get keptSeqs(): readonly number[] {
    return [...(this.#disk.texts.get(`log/${partition}`)?.keys() ?? [])]
      .map(Number)
      .sort((left, right) => left - right);
  }

  /** What was decided of an op, under whatever id it was sent. */
  of(mark: string): readonly SimDecision[] {
    return this.#byMark.get(mark) ?? [];
  }

  /** The states that an object has had from a seq on, also in histories that are lost. */
  statesOf(id: string, since: number): readonly ObjectState[] {
    const lost = this.lostEntries.map(({ state }) => state).filter((state) => state.id === id);
    return [...(this.#states.get(id) ?? []), ...lost].filter(({ seq }) => seq >= since);
  }

  #read({ writes }: SimCommit): Chapter {
    const decided: SimDecision[] = [];
    const entries: FeedEntry[] = [];
    for (const { collection, key, text } of writes) {
      if (text === undefined) continue;
      const value = (): unknown => this.#kit.decodeRecord(collection, key, text);
      if (collection === `log/${partition}`) entries.push(value() as FeedEntry);
      if (collection === `ops/${partition}`) decided.push(decision(value() as Omit<SimDecision, 'mark'>));
    }
    return { decided: decided.filter(({ op }) => !this.#known.has(opId(op))), entries };
  }

  #add(chapter: Chapter): void {
    this.#chapters.push(chapter);
    this.#index(chapter);
  }

  #index({ decided, entries }: Chapter): void {
    for (const each of decided) {
      this.#byMark.set(each.mark, [...this.of(each.mark), each]);
      this.#known.add(opId(each.op));
    }
    for (const { state } of entries) this.#states.set(state.id, [...(this.#states.get(state.id) ?? []), state]);
  }

  #rewind(): void {
    for (const { decided, entries } of this.#chapters.splice(this.#disk.journal.length)) {
      this.lost.push(...decided);
      this.lostEntries.push(...entries);
    }
    this.rewinds += 1;
    this.#byMark = new Map();
    this.#states = new Map();
    this.#known = new Set();
    for (const chapter of this.#chapters) this.#index(chapter);
  }
}

function decision({ op, result }: Omit<SimDecision, 'mark'>): SimDecision {
  return { op, result, mark: markOf(op) };
}
