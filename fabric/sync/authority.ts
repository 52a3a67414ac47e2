import type { Principal } from '../access/principal.ts';
import { hasCode, TestudoError, toWire, errorCodes, type ErrorCode } from '../error.ts';
import type { Disposable } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import { nextState, objection } from '../record/next-state.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId, type Op } from '../record/op.ts';
import { plainEqual } from '../record/plain-equal.ts';
import {
  authorityCollections,
  beginDraft,
  draftWrites,
  enter,
  feedEntry,
  installDraft,
  loadAuthorityBook,
  type AuthorityBook,
  type AuthorityCollections,
  type AuthorityDraft,
  type DecidedOp,
} from './authority-book.ts';
import { AuthorityFeed } from './authority-feed.ts';
import { checkPush } from './check-push.ts';
import { CommitLane } from './commit-lane.ts';
import { asPlain, numberKey, opKey } from './keys.ts';
import { Listeners } from './listeners.ts';
import type { Authority, AuthorityOptions, OpDraft } from './sync-api.ts';
import type { FeedEntry, FeedPage, OpResult, PullRequest, PushReply, PushRequest } from './wire.ts';

const maxCommitOps = 500;

/** Failures that say nothing about the op itself: it stays undecided, and its sender may try again. */
const undecided: readonly ErrorCode[] = ['UNAUTHENTICATED', 'ABORTED', 'FENCED'];

interface Outcome {
  readonly op: Op;
  readonly state: ObjectState;
}

/** Reads a partition and puts its ops in order from here on; there must be no second one on the same records. */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const names = authorityCollections(options.partition);
  return new PartitionAuthority(options, names, await loadAuthorityBook(options.datasource, names));
}

class PartitionAuthority implements Authority {
  readonly #options: AuthorityOptions;
  readonly #names: AuthorityCollections;
  readonly #book: AuthorityBook;
  readonly #feed: AuthorityFeed;
  readonly #lane: CommitLane<AuthorityDraft>;
  readonly #listeners: Listeners<[FeedEntry, Op]>;

  constructor(options: AuthorityOptions, names: AuthorityCollections, book: AuthorityBook) {
    this.#options = options;
    this.#names = names;
    this.#book = book;
    this.#feed = new AuthorityFeed(options, book, names);
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

  get(id: string): ObjectState | undefined {
    return this.#book.objects.get(id);
  }

  list(): readonly ObjectState[] {
    return this.#book.objects.list();
  }

  onAccepted(listener: (entry: FeedEntry, op: Op) => void): Disposable {
    return this.#listeners.add(listener);
  }

  pull(request: PullRequest, principal: Principal): Promise<FeedPage> {
    return this.#feed.pull(request, principal);
  }

  async push(request: PushRequest, principal: Principal): Promise<PushReply> {
    const ops = checkPush(request, this.#options.partition);
    if (request.replica === this.#options.replica) {
      throw new TestudoError(
        'BAD_REQUEST',
        `push: ${request.replica} is the authority's own name; give every host another`,
      );
    }
    const { reply, failure } = await this.#lane.do({
      run: (draft) => this.#decideAll(draft, request.replica, ops, principal),
    });
    if (failure !== null) throw failure.error;
    return reply;
  }

  submit(draftOp: OpDraft, principal: Principal): Promise<Outcome> {
    return this.#lane.do({ run: (draft) => this.#decideOwn(draft, draftOp, principal) });
  }

  /** Decides what comes next of a replica's ops and stops at a gap, or at an op that cannot be decided now. */
  async #decideAll(
    draft: AuthorityDraft,
    replica: string,
    ops: readonly Op[],
    principal: Principal,
  ): Promise<{ readonly reply: PushReply; readonly failure: { readonly error: unknown } | null }> {
    const results: OpResult[] = [];
    const reply = (): PushReply => ({ mark: this.#mark(draft, replica), results });
    for (const op of ops) {
      const mark = this.#mark(draft, replica);
      if (op.counter > mark + 1) break;
      if (op.counter <= mark) {
        results.push(await this.#former(draft, op));
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

  /** Decides an op of another host; a refusal is a decision too. @throws what leaves the op undecided */
  async #decide(draft: AuthorityDraft, op: Op, principal: Principal): Promise<OpResult> {
    try {
      return await this.#accept(draft, op, principal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const result: OpResult = { counter: op.counter, status: 'refused', error: toWire(error) };
      enter(draft, { op, result }, null);
      return result;
    }
  }

  async #accept(draft: AuthorityDraft, op: Op, principal: Principal): Promise<OpResult> {
    const current = this.#current(draft, op.id);
    const reason = objection(op, current);
    if (reason !== null) throw reason;
    const { fields, schemaVersion, conflicts, due } = await this.#options.judge(op, current, principal);
    const seq = draft.seq + 1;
    const nowMs = this.#options.now();
    const state = nextState({ current, op, fields, schemaVersion, due, owner: principal.user, seq, nowMs });
    const result: OpResult = { counter: op.counter, status: 'accepted', seq };
    enter(draft, { op, result }, feedEntry(op, state, conflicts));
    return result;
  }

  async #decideOwn(draft: AuthorityDraft, draftOp: OpDraft, principal: Principal): Promise<Outcome> {
    const { replica, partition } = this.#options;
    const requestKey = JSON.stringify([principal.user, draftOp.requestId]);
    const former = draftOp.requestId === '' ? undefined : await this.#formerOpKey(draft, requestKey);
    if (former !== undefined) return this.#formerOutcome(draft, former);
    const op = deepFreeze({ ...draftOp, replica, partition, counter: this.#mark(draft, replica) + 1 });
    await this.#accept(draft, op, principal);
    if (op.requestId !== '') draft.requests.set(requestKey, opKey(replica, op.counter));
    return { op, state: this.#current(draft, op.id) as ObjectState };
  }

  /** The result that an op was given before. @throws TestudoError `REPLICA_FORKED` when it was another op then */
  async #former(draft: AuthorityDraft, op: Op): Promise<OpResult> {
    const decided = await this.#decided(draft, opKey(op.replica, op.counter));
    if (plainEqual(asPlain(decided.op), asPlain(op))) return decided.result;
    throw new TestudoError(
      'REPLICA_FORKED',
      `${opId(op)} was another op before: two hosts use the name ${op.replica}, or it lost its records; give it a new name`,
    );
  }

  async #formerOpKey(draft: AuthorityDraft, requestKey: string): Promise<string | undefined> {
    const known = draft.requests.get(requestKey);
    if (known !== undefined) return known;
    const stored = await this.#options.datasource.get(this.#names.requests, requestKey);
    return stored === undefined ? undefined : (stored as { readonly opId: string }).opId;
  }

  async #formerOutcome(draft: AuthorityDraft, key: string): Promise<Outcome> {
    const { op, result } = await this.#decided(draft, key);
    const seq = result.status === 'accepted' ? result.seq : 0;
    const inDraft = draft.accepted.find(({ entry }) => entry.seq === seq);
    if (inDraft !== undefined) return { op, state: inDraft.entry.state };
    const stored = await this.#options.datasource.get(this.#names.log, numberKey(seq));
    if (stored === undefined) throw new TestudoError('CORRUPT', `the log has no entry ${seq}, which ${opId(op)} made`);
    return { op, state: (stored as unknown as FeedEntry).state };
  }

  async #decided(draft: AuthorityDraft, key: string): Promise<DecidedOp> {
    const stored = draft.decided.get(key) ?? (await this.#options.datasource.get(this.#names.ops, key));
    if (stored === undefined)
      throw new TestudoError('CORRUPT', `op ${key} was decided, but its record is missing; restore the database`);
    return stored as unknown as DecidedOp;
  }

  #current(draft: AuthorityDraft, id: string): ObjectState | undefined {
    return draft.objects.get(id) ?? this.#book.objects.get(id);
  }

  #mark(draft: AuthorityDraft, replica: string): number {
    return draft.marks.get(replica) ?? this.#book.marks.get(replica) ?? 0;
  }

  async #commit(draft: AuthorityDraft): Promise<void> {
    if (draft.decided.size > 0) await this.#options.datasource.commit(draftWrites(draft, this.#names));
  }

  #install(draft: AuthorityDraft): void {
    installDraft(this.#book, draft);
    for (const { entry, op } of draft.accepted) this.#listeners.tell(entry, op);
  }
}

/** Whether an error is a verdict on the op, and not on the moment. */
function isRefusal(error: unknown): boolean {
  return hasCode(error) && !errorCodes[error.code].retryable && !undecided.includes(error.code);
}

function reportError({ onError }: AuthorityOptions, error: unknown): void {
  if (onError !== undefined) return onError(error);
  queueMicrotask(() => {
    throw error;
  });
}
