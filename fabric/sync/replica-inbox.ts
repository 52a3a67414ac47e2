import { TestudoError } from '../error.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId, type Op } from '../record/op.ts';
import { asPlain, numberKey, opKey } from './keys.ts';
import type { PendingOp, ReplicaBook, ReplicaCollections } from './replica-book.ts';
import type { ReplicaDraft } from './replica-draft.ts';
import type { RefusedOp, ReplicaChange } from './sync-api.ts';
import type { FeedEntry, FeedPage, OpResult } from './wire.ts';

/** What comes of a page of the feed. */
interface PageEffects {
  readonly states: Map<string, ObjectState>;
  /** the op that a page names for an object last */
  readonly opIds: Map<string, string>;
  readonly gone: readonly string[];
  /** own ops whose effect is in the confirmed states now */
  readonly arrived: Set<number>;
}

/** How the inbox tells of what it has done, always after the commit. */
export interface InboxEvents {
  tell(change: ReplicaChange): void;
  applied(entries: number): void;
  refused(refused: RefusedOp, state: ObjectState | null): void;
  /** An own op is accepted and its effect is here; `undefined` when its object is not shown to us. */
  accepted(op: Op, state: ObjectState | undefined): void;
}

/** Enters what the authority says into a replica's records: decisions on its ops, and the feed. */
export class ReplicaInbox {
  readonly #book: ReplicaBook;
  readonly #names: ReplicaCollections;
  readonly #events: InboxEvents;
  /** of the build that runs here now */
  readonly #ownSchema: () => number;

  constructor(book: ReplicaBook, names: ReplicaCollections, events: InboxEvents, ownSchema: () => number) {
    this.#book = book;
    this.#names = names;
    this.#events = events;
    this.#ownSchema = ownSchema;
  }

  /** Decisions on ops that were sent. An accepted op stays in the outbox until the feed has brought its effect. */
  enterResults(draft: ReplicaDraft, results: readonly OpResult[]): void {
    const refused: RefusedOp[] = [];
    for (const result of results) {
      const pending = this.#book.outbox.get(result.counter);
      if (pending === undefined || result.counter <= this.#book.decided) continue;
      if (result.status === 'refused') refused.push(this.#refuse(draft, { op: pending.op, error: result.error }));
      draft.afterwards(() => {
        this.#book.decided = Math.max(this.#book.decided, result.counter);
        if (result.status === 'accepted') this.#book.acceptedSeq.set(result.counter, result.seq);
      });
    }
    if (refused.length > 0) draft.afterwards(() => this.#withoutRefused(refused));
  }

  #refuse(draft: ReplicaDraft, refused: RefusedOp): RefusedOp {
    const { replica, counter } = refused.op;
    draft.remove(this.#names.outbox, numberKey(counter));
    draft.put(this.#names.refused, opKey(replica, counter), asPlain(refused));
    return deepFreeze(refused);
  }

  /** What is left of an object is put together once, however many of its ops were refused. */
  #withoutRefused(refused: readonly RefusedOp[]): void {
    const states = new Map<string, ObjectState | null>();
    for (const each of refused) {
      this.#book.removePending(each.op.counter);
      this.#book.refused.set(opId(each.op), each);
    }
    for (const { op } of refused) if (!states.has(op.id)) states.set(op.id, this.#book.rebase(op.id) ?? null);
    for (const each of refused) this.#events.refused(each, states.get(each.op.id) ?? null);
  }

  /**
   * One page of the feed: states, cursor and the outbox in one commit. An accepted op has arrived with the page that
   * reaches its seq, whether its object is shown to us or not.
   * @throws TestudoError `BUILD_OUTDATED`
   */
  enterPage(draft: ReplicaDraft, page: FeedPage): void {
    checkShape(page, this.#ownSchema());
    const effects = this.#effects(page);
    this.#book.blocks.record(draft, effects, this.#book);
    for (const counter of effects.arrived) draft.remove(this.#names.outbox, numberKey(counter));
    if (page.cursor !== this.#book.cursor) draft.put(this.#names.marks, 'cursor', page.cursor);
    draft.afterwards(() => this.#install(page, effects));
  }

  #effects(page: FeedPage): PageEffects {
    const states = new Map<string, ObjectState>();
    const opIds = new Map<string, string>();
    const arrived = new Set<number>();
    for (const entry of page.entries) {
      if (!this.#isNews(page, entry, states)) continue;
      states.set(entry.state.id, deepFreeze(entry.state));
      opIds.set(entry.state.id, entry.opId);
    }
    const left = this.#left(page, states);
    for (const state of states.values()) this.#collectArrived(state, arrived);
    for (const [counter, seq] of this.#book.acceptedSeq) if (seq <= (page.seq ?? 0)) arrived.add(counter);
    return { states, opIds, arrived, gone: [...left, ...this.#gone(page, states)] };
  }

  /** What is not ours to see any more goes, whatever is pending on it: an op on it goes on to the authority. */
  #left({ left = [] }: FeedPage, states: Map<string, ObjectState>): readonly string[] {
    const gone = left.filter(({ id, seq }) => seq > ((states.get(id) ?? this.#book.confirmed.get(id))?.seq ?? seq));
    for (const { id } of gone) states.delete(id);
    return gone.map(({ id }) => id);
  }

  /** A snapshot tells how things are; the log that follows it may begin before that. */
  #isNews(page: FeedPage, { seq, state }: FeedEntry, states: ReadonlyMap<string, ObjectState>): boolean {
    if (page.complete !== undefined) return true;
    const known = states.get(state.id) ?? this.#book.confirmed.get(state.id);
    return known === undefined || seq > known.seq;
  }

  #collectArrived(state: ObjectState, arrived: Set<number>): void {
    for (const { op } of this.#book.pendingOf(state.id)) {
      const seq = this.#book.acceptedSeq.get(op.counter);
      if (seq !== undefined && seq <= state.seq) arrived.add(op.counter);
    }
  }

  #gone({ complete }: FeedPage, states: ReadonlyMap<string, ObjectState>): readonly string[] {
    if (complete === undefined) return [];
    const { after, through, ranges = [[after, through]] } = complete;
    return ranges.flatMap(([from, to]) => this.#book.confirmed.idsBetween(from, to)).filter((id) => !states.has(id));
  }

  #install(page: FeedPage, { states, opIds, gone, arrived }: PageEffects): void {
    const book = this.#book;
    const ops = [...arrived].map((counter) => (book.outbox.get(counter) as PendingOp).op);
    for (const state of states.values()) book.confirmed.set(state);
    for (const counter of arrived) book.removePending(counter);
    for (const id of gone) book.confirmed.delete(id);
    for (const id of new Set([...gone, ...states.keys(), ...ops.map((op) => op.id)]))
      this.#show(id, opIds.get(id) || null);
    book.cursor = page.cursor;
    this.#events.applied(states.size);
    for (const op of ops) this.#events.accepted(op, book.confirmed.get(op.id));
  }

  /** What was visible and is no more is told as deleted. */
  #show(id: string, opIdOf: string | null): void {
    const last = this.#book.visible.get(id);
    const state = this.#book.rebase(id) ?? (last === undefined ? undefined : { ...last, deleted: true });
    if (state !== undefined) this.#events.tell({ type: 'state', state, origin: 'feed', opId: opIdOf });
  }
}

/**
 * A shape that only the authority's newer build knows is never guessed. What a build beyond the authority's own has
 * left, before it was taken back, is shown as the authority shows it.
 */
function checkShape({ schemaVersion = 0, entries }: FeedPage, own: number): void {
  if (schemaVersion <= own) return;
  const newer = entries.find(({ state }) => state.schemaVersion > own)?.state;
  if (newer === undefined) return;
  throw new TestudoError(
    'BUILD_OUTDATED',
    `${newer.modelName} ${newer.id} is of schema ${newer.schemaVersion}, this host runs ${own}; it needs the newer build`,
    { data: { modelName: newer.modelName, schemaVersion } },
  );
}
