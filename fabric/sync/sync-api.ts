import type { QuerySource } from '../store/query-api.ts';
import type { Principal } from '../access/principal.ts';
import type { WireError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import type { HistoryRecord } from './authority-history.ts';
import type { FeedView } from './feed-view.ts';
import type { DemandAccess, Judge } from './judge.ts';
import type { GivenBack, Retention } from './retention.ts';
import type { FeedEntry, FeedPage, PullRequest, PushedPage, PushReply, PushRequest } from './wire.ts';

/** An op as its maker hands it in; replica and counter are given by the log that records it. */
export type OpDraft = Omit<Op, 'replica' | 'counter' | 'partition'> & {
  /** the version that its maker saw; another one when it is recorded is `CONFLICT`. No part of the op. */
  readonly ifVersion?: number;
  /** what the request asks for, as text; absent: made of kind, id, command and input. No part of the op. */
  readonly asks?: string;
};

/** A request by its idempotency key, with what it asks for: the same key with another text is `CONFLICT`. */
export interface RequestKey {
  readonly requestId: string;
  readonly asks: string;
}

/** An op that was recorded, with the state that it led to. */
export interface Recorded {
  readonly op: Op;
  readonly state: ObjectState;
}

export interface AuthorityOptions {
  readonly partition: string;
  readonly datasource: Datasource;
  readonly judge: Judge;
  /** asked before an op meets the object; absent: everybody may everything */
  readonly demandAccess?: DemandAccess;
  /** What a principal sees of the feed at a node of his. */
  viewOf(principal: Principal, node: string): FeedView;
  /** replica id under which ops of this host itself are recorded, and flows made here are owned */
  readonly replica: string;
  /** unique to this database; part of every cursor */
  readonly epoch: string;
  /** changes that are kept of each object, 0 to 1000; default 50 */
  readonly keptChanges?: number;
  /** unique to this opening of it, so that what another copy of the database went on with is told apart; default: `epoch` */
  readonly life?: string;
  now(): number;
  /** of the model's build that runs here now; absent: there is only one */
  schemaVersion?(): number;
  /** Failures of listeners; without it they are thrown where nobody catches them. */
  onError?(error: unknown): void;
}

/** How long a compaction keeps what; it is asked between its commits whether it should stop. */
export interface CompactOptions extends Retention {
  /** the latest ops of each replica, and the latest requests, that stay as they are however old; default 1000 */
  readonly keptLatest?: number;
  /** ops of each replica before those whose outcomes stay known; default 100000 */
  readonly keptPacked?: number;
  /** how long the reader of a snapshot may take from one page to the next, before the log goes on without him; default 60000 */
  readonly patienceMs?: number;
  shouldStop?(): boolean;
}

/** Puts one partition's ops in order. Made by `openAuthority(options)`. */
export interface Authority {
  /**
   * Decides a received batch; repeating it changes nothing.
   * @throws TestudoError `FORBIDDEN` for a replica that is another user's, `REPLICA_FORKED` for other ops than before;
   * retryable codes when an op cannot be decided now
   */
  push(request: PushRequest, principal: Principal): Promise<PushReply>;
  /** Whose replica it is: who has pushed under its name; '' while nobody has. */
  userOf(replica: string): string;
  /** Decides an op that is made at this host. A repeated `requestId` gives the former outcome. @throws the refusal's code */
  submit(draft: OpDraft, principal: Principal): Promise<Recorded>;
  /** What `submit` gave the same request of the same user before. @throws TestudoError `CONFLICT` for another request */
  former(request: RequestKey, principal: Principal): Promise<Recorded | undefined>;
  /**
   * What comes after a cursor. A cursor of another view than the reader's is answered by a snapshot, as `null` is.
   * @param node where the reader is: a flow that it has to finish keeps an object in its scope
   * @throws TestudoError `BAD_REQUEST` for a cursor that is not of this database: pull again from `null`
   */
  pull(request: PullRequest, principal: Principal, node?: string): Promise<FeedPage>;
  get(id: string): ObjectState | undefined;
  /** every object that is not deleted, in id order */
  list(): readonly ObjectState[];
  /** the same objects, as queries look for them */
  readonly source: QuerySource;
  /** Keeps an index of each of these fields from now on, and no other. */
  index(fields: readonly string[]): void;
  /** The kept changes of an object, latest first; none of one that is not known. */
  history(id: string): Promise<readonly HistoryRecord[]>;
  /** Fires after the commit of each accepted op, in `seq` order. */
  onAccepted(listener: (entry: FeedEntry, op: Op) => void): Disposable;
  readonly seq: number;
  /** highest seq that the log does not have any more: a pull from below it is answered by a snapshot */
  readonly floor: number;
  /**
   * Gives back what need not be kept, in small commits between the others. Nothing is answered otherwise afterwards,
   * but for pulls from below the floor, and requests that are older than requests are kept.
   * @throws what a commit throws; what was given back before stays so
   */
  compact(options: CompactOptions): Promise<GivenBack>;
}

/** The way to a partition's authority; rejects with a retryable code while it is away. */
export interface AuthorityLink {
  push(request: PushRequest): Promise<PushReply>;
  pull(request: PullRequest): Promise<FeedPage>;
}

export interface ReplicaOptions {
  readonly partition: string;
  readonly datasource: Datasource;
  readonly replica: string;
  readonly link: AuthorityLink;
  /** from so many states on, what a page of the feed brings is kept as one record; default 64 */
  readonly blockStates?: number;
  /** Failures of background work: all but the retryable ones. */
  onError(error: unknown): void;
  /** of the model's build that runs here now; absent: there is only one */
  schemaVersion?(): number;
  now(): number;
}

/** An op that the authority refused: kept until its user has dismissed it. */
export interface RefusedOp {
  readonly op: Op;
  readonly error: WireError;
}

export type ReplicaChange =
  | {
      readonly type: 'state';
      readonly state: ObjectState;
      readonly origin: 'local' | 'feed';
      readonly opId: string | null;
    }
  /** an own op came back accepted: its flow steps may run */
  | { readonly type: 'accepted'; readonly opId: string; readonly state: ObjectState; readonly op: Op }
  | { readonly type: 'refused'; readonly refused: RefusedOp; readonly state: ObjectState | null };

/** A copy of one partition with an outbox. Made by `openReplica(options)`. */
export interface Replica {
  /**
   * Records an op with the state that it leads to, in one commit; resolves when both are durable here.
   * A repeated `requestId` gives the former outcome and records nothing. `extra` is written in the same commit;
   * `owner` is the user who owns what a create makes, until the authority has said so. The draft is frozen.
   * @throws TestudoError `CONFLICT`, `NOT_FOUND`, `FLOW_FENCED` when the op cannot be applied to what is visible here;
   * `TOO_LARGE`, `TOO_DEEP`
   */
  write(draft: OpDraft, extra?: readonly Write[], owner?: string): Promise<Recorded>;
  /** What `write` gave the same request before. @throws TestudoError `CONFLICT` for another request, the refusal's code */
  former(request: RequestKey): Promise<Recorded | undefined>;
  /** The visible state: what the authority confirmed with the pending ops on top. */
  get(id: string): ObjectState | undefined;
  /** highest seq of what was confirmed */
  readonly seq: number;
  /** What the authority confirmed. */
  confirmed(id: string): ObjectState | undefined;
  /** visible objects that are not deleted, in id order */
  list(): readonly ObjectState[];
  /** the same objects, as queries look for them */
  readonly source: QuerySource;
  /** Keeps an index of each of these fields from now on, and no other. */
  index(fields: readonly string[]): void;
  /**
   * Exchanges with the authority until nothing is left to send or to fetch; runs once at a time. When both remember
   * different ops, it tells `onError` (`REPLICA_FORKED`), takes everything anew and sends what is undecided under
   * another replica id.
   * @param needsFeed `false`: fetches only what is not pushed here; default `true`
   * @throws TestudoError retryable codes while it is away; `REPLICA_FORKED` when the new id is taken too;
   * `BUILD_OUTDATED` when the authority's build has given an object a shape that the build here does not know: nothing
   * of that page is taken, and the outbox stays as it is
   */
  exchange(needsFeed?: boolean): Promise<void>;
  /**
   * Takes a page that the authority pushed, in the order of these calls. Resolves when it is durable: `false` when pages
   * before it are missing, so that an exchange is needed. One that is known already changes nothing.
   * @throws TestudoError when it cannot be kept; an exchange brings it again
   */
  receive(pushed: PushedPage): Promise<boolean>;
  pending(): readonly Op[];
  refused(): readonly RefusedOp[];
  /**
   * Forgets a refused op, or gives up a pending one that is not known to be decided, with what cannot be without it:
   * who waits for it is told `ABORTED`. Any other id changes nothing.
   */
  dismiss(opId: string): Promise<void>;
  /**
   * Resolves when the op has been accepted and its state is here.
   * @throws TestudoError the refusal's code; `NOT_FOUND` for an op of which nothing is remembered
   */
  synced(opId: string): Promise<ObjectState>;
  onChange(listener: (change: ReplicaChange) => void): Disposable;
  /** counts since the start: ops sent, accepted, refused; feed entries applied */
  readonly counters: {
    readonly sent: number;
    readonly accepted: number;
    readonly refused: number;
    readonly applied: number;
  };
}
