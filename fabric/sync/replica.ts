import type { QuerySource } from '../store/query-api.ts';
import { fromWire, hasCode, TestudoError, type WireError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import { excess } from '../record/limits.ts';
import { objection } from '../record/next-state.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId, type Op } from '../record/op.ts';
import type { Write } from '../store/datasource.ts';
import { CommitLane } from './commit-lane.ts';
import { Exchange } from './exchange.ts';
import { asPlain, numberKey } from './keys.ts';
import {
  loadReplicaBook,
  project,
  replicaCollections,
  type PendingOp,
  type ReplicaBook,
  type ReplicaCollections,
  type RequestedOp,
} from './replica-book.ts';
import { Listeners } from './listeners.ts';
import { ReplicaDraft } from './replica-draft.ts';
import { forgetAfter, hasFormerName, undecidedFrom } from './replica-fork.ts';
import { ReplicaInbox, type InboxEvents } from './replica-inbox.ts';
import { asksOf, checkSameRequest, checkVersion, opOf } from './request.ts';
import type { OpDraft, Recorded, RefusedOp, Replica, ReplicaChange, ReplicaOptions, RequestKey } from './sync-api.ts';
import { SyncedOps } from './synced-ops.ts';
import type { PushedPage } from './wire.ts';

const maxCommitWrites = 2000;
/** ops after which it is looked which requests need not be known any more */
const opsBetween = 500;

interface WriteJob {
  readonly draftOp: OpDraft;
  readonly extra: readonly Write[];
  readonly owner: string;
}

/** Reads what was known of a partition here and goes on from there; there must be no second one on the same records. */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const names = replicaCollections(options.partition);
  return new PartitionReplica(options, names, await loadReplicaBook(options, names));
}

class PartitionReplica implements Replica {
  readonly counters = { sent: 0, accepted: 0, refused: 0, applied: 0 };
  readonly #options: ReplicaOptions;
  readonly #names: ReplicaCollections;
  readonly #book: ReplicaBook;
  readonly #lane: CommitLane<ReplicaDraft>;
  readonly #exchange: Exchange;
  readonly #listeners: Listeners<[ReplicaChange]>;
  readonly #synced = new SyncedOps();
  /** ids under which ops were told before a fork */
  readonly #renamed = new Map<string, string>();
  #sentCounter: number;
  #isChecked = false;

  constructor(options: ReplicaOptions, names: ReplicaCollections, book: ReplicaBook) {
    this.#options = options;
    this.#names = names;
    this.#book = book;
    this.#sentCounter = book.decided;
    this.#listeners = new Listeners((error) => options.onError(error));
    this.#lane = new CommitLane({
      begin: () => new ReplicaDraft(book),
      commit: (draft) => this.#commit(draft),
      install: (draft) => draft.install(),
      isFull: (draft) => draft.writes.length >= maxCommitWrites,
    });
    this.#exchange = this.#openExchange(this.#openInbox());
  }

  get(id: string): ObjectState | undefined {
    return this.#book.visible.get(id);
  }

  confirmed(id: string): ObjectState | undefined {
    return this.#book.confirmed.get(id);
  }

  list(): readonly ObjectState[] {
    return this.#book.visible.list();
  }

  get seq(): number {
    return this.#book.confirmed.seq;
  }

  get source(): QuerySource {
    return this.#book.visible;
  }

  index(fields: readonly string[]): void {
    this.#book.visible.index(fields);
  }

  pending(): readonly Op[] {
    return [...this.#book.outbox.values()].map(({ op }) => op);
  }

  refused(): readonly RefusedOp[] {
    return [...this.#book.refused.values()];
  }

  /** What is damaged is known before the first page comes: the next one is of everything then. */
  exchange(needsFeed: boolean = true): Promise<void> {
    if (!this.#isChecked) this.#book.confirmed.check();
    this.#isChecked = true;
    return this.#exchange.run(needsFeed);
  }

  receive(pushed: PushedPage): Promise<boolean> {
    return this.#exchange.receive(pushed);
  }

  onChange(listener: (change: ReplicaChange) => void): Disposable {
    return this.#listeners.add(listener);
  }

  write(draftOp: OpDraft, extra: readonly Write[] = [], owner: string = ''): Promise<Recorded> {
    return this.#lane.do({ run: (draft) => this.#write(draft, { draftOp, extra, owner }) });
  }

  former(request: RequestKey): Promise<Recorded | undefined> {
    return this.#lane.do({ run: (draft) => this.#former(draft, request) });
  }

  async dismiss(id: string): Promise<void> {
    const { dismissOp } = await import(/* webpackChunkName: "damage" */ './dismiss-op.ts');
    const parts = {
      book: this.#book,
      names: this.#names,
      datasource: this.#options.datasource,
      tell: (change: ReplicaChange) => this.#listeners.tell(change),
      ended: (op: string, error: WireError) => this.#synced.refused(op, error),
    };
    await this.#lane.do({ isAlone: true, run: (draft) => dismissOp(draft, this.#idNow(id), parts) });
  }

  async synced(told: string): Promise<ObjectState> {
    const id = this.#idNow(told);
    const refused = this.#book.refused.get(id);
    if (refused !== undefined) throw fromWire(refused.error);
    const pending = this.#book.outbox.get(counterOf(id));
    return pending !== undefined && opId(pending.op) === id ? this.#synced.wait(id) : this.#synced.former(id);
  }

  #idNow(id: string): string {
    const later = this.#renamed.get(id);
    return later === undefined ? id : this.#idNow(later);
  }

  #write(draft: ReplicaDraft, job: WriteJob): Recorded | Promise<Recorded> {
    return job.draftOp.requestId === '' ? this.#record(draft, job) : this.#writeOnce(draft, job);
  }

  async #writeOnce(draft: ReplicaDraft, job: WriteJob): Promise<Recorded> {
    const request = { requestId: job.draftOp.requestId, asks: asksOf(job.draftOp) };
    return (await this.#former(draft, request)) ?? this.#record(draft, job);
  }

  #record(draft: ReplicaDraft, { draftOp, extra, owner }: WriteJob): Recorded {
    const { partition } = this.#options;
    const op = deepFreeze(opOf(draftOp, { replica: this.#book.replica, partition, counter: draft.counter + 1 }));
    const current = draft.visible.get(op.id) ?? this.#book.visible.get(op.id);
    checkVersion(draftOp, current);
    const reason = excess(`op ${opId(op)}`, op) ?? objection(op, current);
    if (reason !== null) throw reason;
    const pending = Object.freeze({ op, owner });
    const state = project(current, pending) as ObjectState;
    const tooMuch = op.kind === 'delete' ? null : excess(`${op.modelName} ${op.id}`, state);
    if (tooMuch !== null) throw tooMuch;
    this.#enter(draft, pending, state);
    if (op.requestId !== '') this.#enterRequest(draft, { op, asks: asksOf(draftOp) });
    draft.writes.push(...extra);
    return { op, state };
  }

  #enter(draft: ReplicaDraft, pending: PendingOp, state: ObjectState): void {
    const { op } = pending;
    draft.counter = op.counter;
    draft.visible.set(op.id, state);
    draft.put(this.#names.outbox, numberKey(op.counter), asPlain(pending));
    draft.afterwards(() => {
      this.#book.counter = op.counter;
      this.#book.addPending(pending);
      this.#book.visible.set(state);
      this.#listeners.tell({ type: 'state', state, origin: 'local', opId: opId(op) });
      if (op.counter % opsBetween === 0) void this.#forgetRequests();
    });
  }

  async #commit(draft: ReplicaDraft): Promise<void> {
    if (draft.counter !== this.#book.counter) draft.put(this.#names.marks, 'counter', draft.counter);
    if (draft.writes.length > 0) await this.#options.datasource.commit(draft.writes);
  }

  #enterRequest(draft: ReplicaDraft, requested: RequestedOp): void {
    const { requestId } = requested.op;
    draft.requests.set(requestId, requested);
    draft.put(this.#names.requests, requestId, asPlain(requested));
  }

  /** Never rejects: what fails now is done the next time. */
  async #forgetRequests(): Promise<void> {
    const { datasource, onError } = this.#options;
    try {
      const { outdatedRequests } = await import(/* webpackChunkName: "damage" */ './outdated-requests.ts');
      const run = async (draft: ReplicaDraft): Promise<void> =>
        void draft.writes.push(...(await outdatedRequests(datasource, this.#names.requests, this.#book)));
      await this.#lane.do({ isAlone: true, run });
    } catch (error) {
      if (!hasCode(error) || !error.retryable) onError(error);
    }
  }

  async #former(draft: ReplicaDraft, request: RequestKey): Promise<Recorded | undefined> {
    const { requestId } = request;
    if (requestId === '') return undefined;
    const known = draft.requests.get(requestId) ?? (await this.#requested(requestId));
    if (known === undefined) return undefined;
    checkSameRequest(request, known.asks);
    return this.#formerOutcome(draft, known);
  }

  async #requested(requestId: string): Promise<RequestedOp | undefined> {
    const stored = await this.#options.datasource.get(this.#names.requests, requestId);
    return stored as unknown as RequestedOp | undefined;
  }

  #formerOutcome(draft: ReplicaDraft, { op, ended }: RequestedOp): Recorded {
    const error = ended ?? this.#book.refused.get(opId(op))?.error;
    if (error !== undefined) throw fromWire(error);
    const state = draft.visible.get(op.id) ?? this.#book.visible.get(op.id);
    if (state !== undefined) return { op, state };
    throw new TestudoError(
      'NOT_FOUND',
      `${op.modelName} ${op.id}, which request ${op.requestId} made, is not here any more`,
    );
  }

  #openInbox(): ReplicaInbox {
    const events: InboxEvents = {
      tell: (change) => this.#listeners.tell(change),
      applied: (entries) => void (this.counters.applied += entries),
      refused: (refused, state) => {
        this.counters.refused += 1;
        this.#listeners.tell({ type: 'refused', refused, state });
        this.#synced.refused(opId(refused.op), refused.error);
      },
      accepted: (op, state) => {
        this.counters.accepted += 1;
        if (state !== undefined) this.#listeners.tell({ type: 'accepted', opId: opId(op), state, op });
        this.#synced.accepted(opId(op), state);
      },
    };
    return new ReplicaInbox(this.#book, this.#names, events, () => this.#options.schemaVersion?.() ?? Infinity);
  }

  #openExchange(inbox: ReplicaInbox): Exchange {
    return new Exchange({
      book: this.#book,
      link: this.#options.link,
      objects: this.#names.objects,
      sent: (ops) => this.#sent(ops),
      enterResults: (results) => this.#lane.do({ isAlone: true, run: (draft) => inbox.enterResults(draft, results) }),
      enterPage: (page) => this.#lane.do({ isAlone: true, run: (draft) => inbox.enterPage(draft, page) }),
      forked: (error, mark) => this.#forked(error, mark),
      forgot: (cursor, life) => this.#forget(undecidedFrom(this.#book), cursor, life),
      hasFormerName: () => hasFormerName(this.#book, this.#options.replica),
      rename: () => this.#rename(),
    });
  }

  async #forked(error: TestudoError, mark: number): Promise<void> {
    await this.#forget(mark, null);
    this.#options.onError(error);
  }

  #forget(mark: number, cursor: string | null, life: string = this.#book.life): Promise<void> {
    const run = (draft: ReplicaDraft): void => {
      draft.put(this.#names.marks, 'life', life);
      draft.afterwards(() => forgetAfter(this.#book, { mark, cursor, life }));
    };
    return this.#lane.do({ isAlone: true, run });
  }

  async #rename(): Promise<void> {
    const { renameReplica } = await import(/* webpackChunkName: "damage" */ './rename-replica.ts');
    const parts = {
      book: this.#book,
      host: this.#options.replica,
      names: this.#names,
      datasource: this.#options.datasource,
      renamed: (from: string, to: string) => {
        this.#renamed.set(from, to);
        this.#synced.renamed(from, to);
      },
    };
    this.#sentCounter = 0;
    await this.#lane.do({ isAlone: true, run: (draft) => renameReplica(draft, parts) });
  }

  /** An op counts as sent once, however often it is sent again. */
  #sent(ops: readonly Op[]): void {
    const last = (ops[ops.length - 1] as Op).counter;
    const first = (ops[0] as Op).counter;
    this.counters.sent += Math.max(0, last - Math.max(this.#sentCounter, first - 1));
    this.#sentCounter = Math.max(this.#sentCounter, last);
  }
}

function counterOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(':') + 1));
}
