import type { Datasource, Write } from '../store/datasource.ts';
import type { AuthorityHistory } from './authority-history.ts';
import type { AuthorityBook, AuthorityDraft, DecidedOp } from './authority-book.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import { floorWrite, type GoneStanding } from './floor-record.ts';
import { GoneIds } from './gone-ids.ts';
import { asPlain, numberKey, opKey } from './keys.ts';
import { OpPacker } from './op-packer.ts';
import type { GivenBack } from './retention.ts';
import type { CompactOptions } from './sync-api.ts';
import type { FeedEntry } from './wire.ts';

/** Records that one commit gives back at most. */
const batchSize = 250;
/** The latest requests are known whatever the clock says: one that jumps makes nobody's effect happen twice. */
const defaultLatest = 1000;
/** Of a replica's ops before its latest so many nobody knows any more what came of them. */
const defaultPacked = 100_000;

/** What one commit gives back; `isLast`: there is no more of its kind now. */
export interface Batch {
  readonly given: Partial<GivenBack>;
  readonly isLast: boolean;
}

export interface CompactionParts {
  readonly datasource: Datasource;
  readonly names: AuthorityCollections;
  readonly book: AuthorityBook;
  readonly history: Pick<AuthorityHistory, 'removals'>;
  /** under which this host's own ops are recorded */
  readonly replica: string;
  now(): number;
}

/** Prepares one commit. Runs alone in the lane of commits, so that nobody reads what it takes away. */
export type BatchStep = (draft: AuthorityDraft, options: CompactOptions) => Promise<Batch>;

/**
 * Gives back what an authority need not keep, a small commit at a time; after each of them, and after a crash between
 * any two, everything is answered as before, except that who is below the floor gets a snapshot.
 */
export class Compaction {
  readonly steps: readonly BatchStep[];
  readonly #parts: CompactionParts;
  readonly #gone: GoneIds;
  /** up to where the log is known to be empty: the floor is raised before its entries go */
  #emptied: number;

  constructor(parts: CompactionParts) {
    this.#parts = parts;
    this.#emptied = parts.book.floor.seq;
    this.#gone = new GoneIds(parts.datasource, parts.names);
    const packer = new OpPacker(parts);
    this.steps = [
      (draft, options) => this.#log(draft, options),
      (draft, { keptLatest: kept = defaultLatest, keptPacked = defaultPacked }) =>
        packer.pack(draft, { kept, keptPacked, emptied: this.#emptied }),
      (draft, options) => this.#requests(draft, options),
      (draft) => this.#terms(draft),
      (draft) => this.#formerGone(draft),
      (draft, options) => this.#tombstones(draft, options),
    ];
  }

  /** The oldest entries of the log; of the ops that were made here, those that no request asks for go with them. */
  async #log(draft: AuthorityDraft, retention: CompactOptions): Promise<Batch> {
    const { book, names, now } = this.#parts;
    const page = await this.#entries(book.floor.limit(book.seq, retention.patienceMs ?? 60_000));
    const least = Math.max(book.floor.seq, book.seq - retention.logEntries);
    const isOld = ({ seq, entry }: LogRecord): boolean =>
      entry === null || seq <= least || entry.state.updatedMs < now() - retention.logMs;
    const end = page.findIndex((record) => !isOld(record));
    const old = end < 0 ? page : page.slice(0, end);
    const last = old[old.length - 1];
    if (last === undefined) return { given: {}, isLast: true };
    const { writes, ops } = await this.#ownOps(old);
    const removals = old.map<Write>(({ seq }) => ({ collection: names.log, key: numberKey(seq), value: undefined }));
    book.floor.raise(last.seq);
    const floor = floorWrite(names, { floor: last.seq, seq: book.seq, gone: book.gone });
    draft.compaction.writes.push(...removals, ...writes, floor);
    draft.compaction.afterwards.push(() => void (this.#emptied = last.seq));
    return { given: { log: old.length, ops }, isLast: old.length < batchSize };
  }

  /** The next entries in order, the damaged ones as `null`. */
  async #entries(until: number): Promise<readonly LogRecord[]> {
    const { datasource, names } = this.#parts;
    const damaged: LogRecord[] = [];
    const rows = await datasource.range(names.log, {
      ...{ after: numberKey(this.#emptied), before: numberKey(until + 1), limit: batchSize },
      onDamaged: ({ key }) => void damaged.push({ seq: Number(key), entry: null }),
    });
    const sound = rows.map<LogRecord>(({ key, value }) => ({ seq: Number(key), entry: value as unknown as FeedEntry }));
    return damaged.length === 0 ? sound : sound.concat(damaged).sort((left, right) => left.seq - right.seq);
  }

  /**
   * What becomes of this host's own ops when their entries go: a request that may be repeated keeps its outcome, and the
   * latest op stays, from which a damaged mark is made anew.
   */
  async #ownOps(old: readonly LogRecord[]): Promise<{ readonly writes: readonly Write[]; readonly ops: number }> {
    const { datasource, names, book, replica } = this.#parts;
    const entries = new Map(old.flatMap(({ entry }) => (entry === null ? [] : [[entry.opId, entry] as const])));
    const counters = Array.from(entries.keys(), (opId) => ownCounter(opId, replica)).filter((counter) => counter > 0);
    if (counters.length === 0) return { writes: [], ops: 0 };
    const [first, last] = [Math.min(...counters), Math.max(...counters)];
    const writes: Write[] = [];
    const remove = (key: string): void => void writes.push({ collection: names.ops, key, value: undefined });
    const rows = await datasource.range(names.ops, {
      ...{ after: opKey(replica, first - 1), before: opKey(replica, last + 1), limit: batchSize },
      onDamaged: ({ key }) => remove(key),
    });
    let ops = writes.length;
    for (const { key, value } of rows) {
      const decided = value as unknown as DecidedOp;
      const entry = entries.get(`${replica}:${decided.op.counter}`);
      if (entry === undefined) continue;
      const isKept = decided.request !== undefined || decided.op.counter === book.marks.get(replica)?.mark;
      if (!isKept) ops += 1;
      if (!isKept) remove(key);
      else writes.push({ collection: names.ops, key, value: asPlain({ ...decided, state: entry.state }) });
    }
    return { writes, ops };
  }

  /** The oldest requests, in the order of the ops that they made here. */
  async #requests(draft: AuthorityDraft, { requestsMs, keptLatest = defaultLatest }: CompactOptions): Promise<Batch> {
    const { datasource, names, book, replica, now } = this.#parts;
    const { mark } = book.marks.get(replica) ?? { mark: 0 };
    if (mark <= keptLatest) return { given: {}, isLast: true };
    const damaged: string[] = [];
    const rows = await datasource.range(names.ops, {
      ...{ after: opKey(replica, 0), before: opKey(replica, mark - Math.max(1, keptLatest) + 1), limit: batchSize },
      onDamaged: ({ key }) => void damaged.push(key),
    });
    const oldestMs = now() - requestsMs;
    const end = rows.findIndex(({ value }) => !this.#isOver(value as unknown as DecidedOp, oldestMs));
    const old = end < 0 ? rows : rows.slice(0, end);
    const firstKept = rows[old.length]?.key;
    for (const key of damaged)
      if (firstKept === undefined || key < firstKept)
        draft.compaction.writes.push({ collection: names.ops, key, value: undefined });
    for (const { key, value } of old) {
      const { request } = value as unknown as DecidedOp;
      draft.compaction.writes.push({ collection: names.ops, key, value: undefined });
      if (request !== undefined)
        draft.compaction.writes.push({ collection: names.requests, key: request, value: undefined });
    }
    return { given: { requests: old.length, ops: old.length }, isLast: old.length < batchSize };
  }

  /** One without a state has lost its entry of the log to a damage: its maker's clock is all that tells how old it is. */
  #isOver({ op, result, state }: DecidedOp, oldestMs: number): boolean {
    if (state !== undefined) return state.updatedMs < oldestMs;
    return result.status === 'accepted' && result.seq <= this.#emptied && op.atMs < oldestMs;
  }

  #terms({ compaction }: AuthorityDraft): Promise<Batch> {
    const outdated = this.#parts.book.terms.outdated(this.#emptied);
    if (outdated !== null) {
      compaction.writes.push(...outdated.writes);
      compaction.afterwards.push(outdated.done);
    }
    return Promise.resolve({ given: {}, isLast: true });
  }

  /** Deleted objects that the log does not tell of any more. */
  async #tombstones(draft: AuthorityDraft, { tombstonesMs }: CompactOptions): Promise<Batch> {
    const { book, names, history, now } = this.#parts;
    const { writes, afterwards } = draft.compaction;
    const oldestMs = now() - tombstonesMs;
    const gone = new Map<string, number>();
    for (const id of book.tombstones) {
      const state = book.objects.get(id);
      if (state === undefined || state.seq > this.#emptied || state.updatedMs >= oldestMs) continue;
      writes.push(...(await history.removals(state)));
      writes.push({ collection: names.objects, key: id, value: undefined });
      gone.set(id, state.seq);
      if (writes.length >= batchSize) break;
    }
    if (gone.size === 0) return { given: {}, isLast: true };
    const isLast = writes.length < batchSize;
    const { count, last } = book.gone;
    const highest = last === null ? null : [last, ...gone.keys()].reduce((one, id) => (id > one ? id : one));
    await this.#enterGone(draft, gone, { count: count + gone.size, last: highest });
    afterwards.push(() => this.#forget(gone));
    return { given: { tombstones: gone.size }, isLast };
  }

  #forget(gone: ReadonlyMap<string, number>): void {
    const { book } = this.#parts;
    for (const id of gone.keys()) {
      book.objects.delete(id);
      book.tombstones.delete(id);
    }
  }

  /** Ids that an earlier host kept in a record each go into blocks. */
  async #formerGone(draft: AuthorityDraft): Promise<Batch> {
    const { book, datasource, names } = this.#parts;
    const { count, last } = book.gone;
    if (last !== null) return { given: {}, isLast: true };
    const gone = new Map<string, number>();
    const onDamaged = ({ key }: { readonly key: string }): void => void gone.set(key, 0);
    const rows = await datasource.range(names.gone, { limit: batchSize, onDamaged });
    for (const { key, value } of rows) gone.set(key, Number(value));
    for (const key of gone.keys()) draft.compaction.writes.push({ collection: names.gone, key, value: undefined });
    const isLast = gone.size === 0;
    await this.#enterGone(draft, gone, { count, last: isLast ? await this.#gone.highest() : null });
    return { given: {}, isLast };
  }

  async #enterGone(draft: AuthorityDraft, gone: ReadonlyMap<string, number>, standing: GoneStanding): Promise<void> {
    const { book, names } = this.#parts;
    const { writes, afterwards } = draft.compaction;
    writes.push(...(await this.#gone.enter(gone, book.gone.last ?? '')));
    writes.push(floorWrite(names, { floor: this.#emptied, seq: book.seq, gone: standing }));
    afterwards.push(() => void (book.gone = standing));
  }
}

interface LogRecord {
  readonly seq: number;
  /** `null` when it is damaged */
  readonly entry: FeedEntry | null;
}

/** The counter of an op that was made under this name, or 0. */
function ownCounter(opId: string, replica: string): number {
  return opId.startsWith(`${replica}:`) ? Number(opId.slice(replica.length + 1)) : 0;
}
