import type { QuerySource } from '../store/query-api.ts';
import type { Principal } from '../access/principal.ts';
import { hasCode, TestudoError, toWire, errorCodes } from '../error.ts';
import type { Disposable } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import { noEffect } from '../record/flow.ts';
import { excess } from '../record/limits.ts';
import { nextState, objection } from '../record/next-state.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId, replicaHost, type Op } from '../record/op.ts';
import type { Patch } from '../record/patch.ts';
import { isVerdict } from '../record/verdict.ts';
import {
  beginDraft,
  draftWrites,
  enter,
  enterRequest,
  installDraft,
  loadAuthorityBook,
  logEntry,
  type AuthorityBook,
  type AuthorityDraft,
  type Mark,
} from './authority-book.ts';
import { authorityCollections, type AuthorityCollections } from './authority-collections.ts';
import { AuthorityFeed } from './authority-feed.ts';
import { AuthorityHistory, type HistoryRecord } from './authority-history.ts';
import { AuthorityMemory } from './authority-memory.ts';
import { checkPush } from './check-push.ts';
import type * as Compacting from './compaction.ts';
import { CommitLane } from './commit-lane.ts';
import type { Judge } from './judge.ts';
import { asFirst, firstKey, firstName } from './first-op.ts';
import { fitting } from './fitting.ts';
import { opKey } from './keys.ts';
import { Listeners } from './listeners.ts';
import { refusalOf } from './refusal-of.ts';
import type { GivenBack } from './retention.ts';
import { asksOf, checkVersion, opOf } from './request.ts';
import type { Authority, AuthorityOptions, CompactOptions, OpDraft, Recorded, RequestKey } from './sync-api.ts';
import type { FeedEntry, FeedPage, OpResult, PullRequest, PushReply, PushRequest } from './wire.ts';

const maxCommitOps = 500;

type Judgement = Awaited<ReturnType<Judge>>;

const noPatch: Patch = { set: {}, unset: [], base: {} };

const unclaimed: Mark = { mark: 0, user: '' };

/** Reads a partition and puts its ops in order from here on; there must be no second one on the same records. */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const names = authorityCollections(options.partition);
  const history = new AuthorityHistory(options, names.history);
  await history.open();
  return new PartitionAuthority(options, { names, history, book: await loadAuthorityBook(options, names) });
}

interface AuthorityParts {
  readonly names: AuthorityCollections;
  readonly book: AuthorityBook;
  readonly history: AuthorityHistory;
}

class PartitionAuthority implements Authority {
  readonly #options: AuthorityOptions;
  readonly #names: AuthorityCollections;
  readonly #book: AuthorityBook;
  readonly #feed: AuthorityFeed;
  readonly #memory: AuthorityMemory;
  #compaction: Compacting.Compaction | null = null;
  readonly #history: AuthorityHistory;
  readonly #lane: CommitLane<AuthorityDraft>;
  readonly #listeners: Listeners<[FeedEntry, Op]>;

  constructor(options: AuthorityOptions, { names, book, history }: AuthorityParts) {
    this.#options = options;
    this.#history = history;
    this.#names = names;
    this.#book = book;
    this.#feed = new AuthorityFeed(options, book, names);
    this.#memory = new AuthorityMemory(options, names);
    this.#listeners = new Listeners((error) => reportError(options, error));
    this.#lane = new CommitLane({
      begin: () => beginDraft(book),
      commit: (draft) => this.#commit(draft),
      install: (draft) => this.#install(draft),
      isFull: (draft) => draft.decided.size >= maxCommitOps,
    });
  }

  get seq(): number {
    return this.#book.seq;
  }

  get #life(): string {
    return this.#options.life ?? this.#options.epoch;
  }

  get floor(): number {
    return this.#book.floor.seq;
  }

  get(id: string): ObjectState | undefined {
    return this.#book.objects.get(id);
  }

  list(): readonly ObjectState[] {
    return this.#book.objects.list();
  }

  get source(): QuerySource {
    return this.#book.objects;
  }

  index(fields: readonly string[]): void {
    this.#book.objects.index(fields);
  }

  async history(id: string): Promise<readonly HistoryRecord[]> {
    const state = this.get(id);
    return state === undefined ? [] : this.#history.read(state);
  }

  onAccepted(listener: (entry: FeedEntry, op: Op) => void): Disposable {
    return this.#listeners.add(listener);
  }

  async pull(request: PullRequest, principal: Principal, node: string = ''): Promise<FeedPage> {
    const page = { ...(await this.#feed.pull(request, this.#options.viewOf(principal, node))), life: this.#life };
    const schemaVersion = this.#options.schemaVersion?.();
    return schemaVersion === undefined ? page : { ...page, schemaVersion };
  }

  async compact(options: CompactOptions): Promise<GivenBack> {
    const given = { log: 0, ops: 0, requests: 0, tombstones: 0 };
    const { steps } = (this.#compaction ??= await this.#openCompaction());
    for (const step of steps) {
      for (let isLast = false; !isLast && options.shouldStop?.() !== true;) {
        const batch = await this.#lane.do({ isAlone: true, run: (draft) => step(draft, options) });
        isLast = batch.isLast;
        for (const kind of Object.keys(batch.given) as (keyof GivenBack)[]) given[kind] += batch.given[kind] ?? 0;
      }
    }
    return given;
  }

  async #openCompaction(): Promise<Compacting.Compaction> {
    const { Compaction }: typeof Compacting = await import(/* webpackChunkName: "compaction" */ './compaction.ts');
    const { datasource, replica, now } = this.#options;
    const [names, book, history] = [this.#names, this.#book, this.#history];
    return new Compaction({ datasource, names, book, history, replica, now });
  }

  async push(request: PushRequest, principal: Principal): Promise<PushReply> {
    const ops = checkPush(request, this.#options.partition);
    if (request.replica === this.#options.replica) {
      throw new TestudoError(
        'BAD_REQUEST',
        `push: ${request.replica} is the authority's own name; give every host another`,
      );
    }
    const { replica, life = this.#life } = request;
    // What was meant for another life may be known to that one, and be on its way again under another name.
    const asked = { replica, ops: life === this.#life ? ops : [] };
    const { reply, failure } = await this.#lane.do({ run: (draft) => this.#decideAll(draft, asked, principal) });
    if (failure !== null) throw failure.error;
    const answer = { ...reply, life: this.#life };
    const { offers = [] } = request;
    if (offers.length === 0 || life !== this.#life || this.#book.wanted.size === 0) return answer;
    return { ...answer, adopted: await this.#adopt(replica, deepFreeze(offers), principal) };
  }

  userOf(replica: string): string {
    return this.#book.marks.get(replica)?.user ?? '';
  }

  submit(draftOp: OpDraft, principal: Principal): Promise<Recorded> {
    return this.#lane.do({ run: (draft) => this.#decideOwn(draft, draftOp, principal) });
  }

  former(request: RequestKey, principal: Principal): Promise<Recorded | undefined> {
    return this.#lane.do({ run: (draft) => this.#former(draft, request, principal) });
  }

  /**
   * Takes lost objects back from a host that has them, each by an op of this authority's own that changes nothing of it.
   * Only the very state that was lost comes back, from one who may see it.
   */
  async #adopt(replica: string, offers: readonly ObjectState[], principal: Principal): Promise<number> {
    const { lostOf, restoringOp } = await import(/* webpackChunkName: "damage" */ './lost-record.ts');
    const [options, book] = [this.#options, this.#book];
    const lost = lostOf(offers, { book, names: this.#names, options, principal, replica });
    const restore = async (draft: AuthorityDraft): Promise<number> => {
      const wanted = lost.filter(({ id }) => book.wanted.has(id));
      for (const state of wanted) {
        const op = restoringOp(state, options, this.#mark(draft, options.replica).mark + 1);
        draft.objects.set(state.id, state);
        await this.#enter(draft, op, { current: state, principal, outcome: asItIs(state) });
      }
      return wanted.length;
    };
    return this.#lane.do({ isAlone: true, run: restore });
  }

  /** Decides what comes next of a replica's ops and stops at a gap, or at an op that cannot be decided now. */
  async #decideAll(
    draft: AuthorityDraft,
    { replica, ops }: PushRequest,
    principal: Principal,
  ): Promise<{ readonly reply: PushReply; readonly failure: { readonly error: unknown } | null }> {
    this.#demandOwner(draft, replica, principal);
    const results: OpResult[] = [];
    const reply = (): PushReply => ({ mark: this.#mark(draft, replica).mark, results: fitting(results) });
    for (const op of ops) {
      const { mark } = this.#mark(draft, replica);
      if (op.counter > mark + 1) break;
      if (op.counter <= mark) {
        results.push(await this.#memory.result(draft, op));
        continue;
      }
      try {
        results.push(await this.#decide(draft, op, principal));
      } catch (error) {
        return { reply: reply(), failure: { error } };
      }
    }
    return { reply: reply(), failure: null };
  }

  /** A replica is that of the user who first pushed under its name, or under its host's. @throws TestudoError `FORBIDDEN` */
  #demandOwner(draft: AuthorityDraft, replica: string, { user }: Principal): void {
    for (const name of [replica, replicaHost(replica)]) {
      const { user: owner } = this.#mark(draft, name);
      if (owner === '' || owner === user) continue;
      throw new TestudoError(
        'FORBIDDEN',
        `push: the replica ${name} is another user's; give this host a name of its own`,
      );
    }
  }

  /**
   * Decides an op of another host, once, whatever ids it is sent under: what was decided under another one is answered
   * the same, and what may have been, which no record tells any more, is refused. @throws what leaves the op undecided
   */
  async #decide(draft: AuthorityDraft, op: Op, principal: Principal): Promise<OpResult> {
    const { user } = principal;
    const { replica, counter } = asFirst(op);
    const name = firstName(replica, user);
    const renamed = this.#mark(draft, name);
    if (op.first === undefined && counter > renamed.mark) return this.#verdict(draft, op, principal);
    const key = firstKey(op, user);
    const { mark, user: maker } = this.#mark(draft, replica);
    // Whose a replica is may not be known any more: then it may be his.
    const isDecided = op.first !== undefined && mark >= counter && (maker === user || maker === '');
    const known = await this.#memory.underOtherId(draft, op, { key, isDecided, given: renamed.given ?? 0 });
    if (known !== null) enter(draft, { op, result: known, user }, null);
    const result = known ?? (await this.#verdict(draft, op, principal));
    if (op.first === undefined || known !== null) return result;
    draft.marks.set(name, { ...renamed, mark: Math.max(renamed.mark, counter) });
    enterRequest(draft, key, { opId: opKey(op.replica, op.counter) });
    return result;
  }

  /** A refusal is a decision too. @throws what leaves the op undecided */
  async #verdict(draft: AuthorityDraft, op: Op, principal: Principal): Promise<OpResult> {
    try {
      return await this.#accept(draft, op, principal);
    } catch (error) {
      if (!isVerdict(error)) throw this.#undecided(op, error);
      const result: OpResult = { counter: op.counter, status: 'refused', error: refusalOf(error) };
      enter(draft, { op, result, user: principal.user }, null);
      return result;
    }
  }

  async #accept(draft: AuthorityDraft, op: Op, principal: Principal): Promise<OpResult> {
    const current = this.#current(draft, op.id);
    const tooLarge = excess(`op ${opId(op)}`, op);
    if (tooLarge !== null) throw tooLarge;
    const { kind } = op;
    // Who may not do this learns nothing of the object and its flow. A host takes flows over in its own name.
    if (kind !== 'take-over') this.#options.demandAccess?.({ ...op, kind }, current, principal);
    const reason = objection(op, current) ?? (await this.#revival(op, current));
    if (reason !== null) throw reason;
    return this.#enter(draft, op, { current, principal, outcome: await this.#judge(op, current, principal) });
  }

  async #enter(
    draft: AuthorityDraft,
    op: Op,
    { current, principal, outcome }: { current: ObjectState | undefined; principal: Principal; outcome: Judgement },
  ): Promise<OpResult> {
    const { fields, schemaVersion, conflicts, flow } = outcome;
    const seq = draft.seq + 1;
    const nowMs = this.#options.now();
    const state = nextState({ current, op, fields, schemaVersion, flow, owner: principal.user, seq, nowMs });
    const tooMuch = op.kind === 'delete' ? null : excess(`${op.modelName} ${op.id}`, state);
    if (tooMuch !== null) throw tooMuch;
    const result: OpResult = { counter: op.counter, status: 'accepted', seq };
    const user = op.replica === this.#options.replica ? '' : principal.user;
    await this.#history.enter(draft, op, { current, state, user: principal.user, conflicts });
    enter(draft, { op, result, user }, logEntry(op, { before: current, state, conflicts }));
    return result;
  }

  /** Why an id is not used again whose object was deleted so long ago that only the id is known. */
  async #revival({ kind, modelName, id }: Op, current: ObjectState | undefined): Promise<TestudoError | null> {
    if ((kind !== 'create' && kind !== 'hand-over') || current !== undefined) return null;
    if (!(await this.#memory.isGone(id, this.#book.gone))) return null;
    return new TestudoError('CONFLICT', `${modelName} ${id} was there and is deleted; create it under another id`);
  }

  /** What takes a flow over changes no field: there is nothing for a model to judge. */
  #judge(op: Op, current: ObjectState | undefined, principal: Principal): ReturnType<Judge> {
    const { kind } = op;
    if (kind !== 'take-over') return this.#options.judge({ ...op, kind }, current, principal);
    return Promise.resolve(asItIs(current as ObjectState));
  }

  async #decideOwn(draft: AuthorityDraft, draftOp: OpDraft, principal: Principal): Promise<Recorded> {
    const { replica, partition } = this.#options;
    const request = { requestId: draftOp.requestId, asks: asksOf(draftOp) };
    const former = await this.#former(draft, request, principal);
    if (former !== undefined) return former;
    checkVersion(draftOp, this.#current(draft, draftOp.id));
    const counter = this.#mark(draft, replica).mark + 1;
    const op = deepFreeze(opOf(draftOp, { replica, partition, counter }));
    await this.#accept(draft, op, principal);
    const known = { opId: opKey(replica, counter), asks: request.asks };
    if (op.requestId !== '') enterRequest(draft, requestKey(request, principal), known);
    return { op, state: this.#current(draft, op.id) as ObjectState };
  }

  async #former(draft: AuthorityDraft, request: RequestKey, principal: Principal): Promise<Recorded | undefined> {
    if (request.requestId === '') return undefined;
    return this.#memory.outcome(draft, requestKey(request, principal), request);
  }

  /** What a push is answered when an op cannot be decided now: always to be tried again, or after signing in. */
  #undecided(op: Op, error: unknown): unknown {
    if (hasCode(error) && (errorCodes[error.code].retryable || error.code === 'UNAUTHENTICATED')) return error;
    reportError(this.#options, error);
    return new TestudoError(
      'UNAVAILABLE',
      `${opId(op)} cannot be decided now: ${toWire(error).message}; push it again`,
      {
        cause: error,
      },
    );
  }

  #current(draft: AuthorityDraft, id: string): ObjectState | undefined {
    return draft.objects.get(id) ?? this.#book.objects.get(id);
  }

  #mark(draft: AuthorityDraft, replica: string): Mark {
    return draft.marks.get(replica) ?? this.#book.marks.get(replica) ?? unclaimed;
  }

  async #commit(draft: AuthorityDraft): Promise<void> {
    const writes = draftWrites(this.#book, draft, this.#names);
    if (writes.length > 0) await this.#options.datasource.commit(writes);
  }

  #install(draft: AuthorityDraft): void {
    installDraft(this.#book, draft);
    this.#feed.add(draft.accepted.map(({ entry }) => entry));
    for (const { entry, op } of draft.accepted) this.#listeners.tell(entry, op);
  }
}

/** What an op that changes no field leads to. */
function asItIs({ fields, schemaVersion }: ObjectState): Judgement {
  return { fields, patch: noPatch, schemaVersion, conflicts: [], flow: noEffect };
}

/** A request's key is its user's own: nobody meets another's. */
function requestKey({ requestId }: RequestKey, { user }: Principal): string {
  return JSON.stringify([user, requestId]);
}

function reportError({ onError }: AuthorityOptions, error: unknown): void {
  if (onError !== undefined) return onError(error);
  queueMicrotask(() => {
    throw error;
  });
}
