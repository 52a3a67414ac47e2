import { TestudoError } from '../error.ts';
import { opId, type Op } from '../record/op.ts';
import { plainEqual } from '../record/plain-equal.ts';
import type { Datasource } from '../store/datasource.ts';
import type { AuthorityCollections, AuthorityDraft, DecidedOp, KnownRequest } from './authority-book.ts';
import { asPlain, numberKey, opKey } from './keys.ts';
import { checkSameRequest } from './request.ts';
import type { Recorded, RequestKey } from './sync-api.ts';
import type { FeedEntry, OpResult } from './wire.ts';

/** What an authority decided before: in the draft of the next commit, or durable. */
export class AuthorityMemory {
  readonly #datasource: Datasource;
  readonly #names: AuthorityCollections;

  constructor(datasource: Datasource, names: AuthorityCollections) {
    this.#datasource = datasource;
    this.#names = names;
  }

  /** The result that an op was given. @throws TestudoError `REPLICA_FORKED` when it was another op then */
  async result(draft: AuthorityDraft, op: Op): Promise<OpResult> {
    const decided = await this.#decided(draft, opKey(op.replica, op.counter));
    if (plainEqual(asPlain(decided.op), asPlain(op))) return decided.result;
    throw new TestudoError(
      'REPLICA_FORKED',
      `${opId(op)} was another op before: two hosts use the name ${op.replica}, or one side lost its records; go on under another name`,
    );
  }

  /**
   * The outcome of a user's request, if it was recorded before.
   * @throws TestudoError `CONFLICT` when its key was used for another request
   */
  async outcome(draft: AuthorityDraft, key: string, request: RequestKey): Promise<Recorded | undefined> {
    const stored = draft.requests.get(key) ?? (await this.#datasource.get(this.#names.requests, key));
    if (stored === undefined) return undefined;
    const known = stored as KnownRequest;
    checkSameRequest(request, known.asks);
    const { op, result } = await this.#decided(draft, known.opId);
    return { op, state: (await this.#entry(draft, op, result)).state };
  }

  async #entry(draft: AuthorityDraft, op: Op, result: OpResult): Promise<FeedEntry> {
    const seq = result.status === 'accepted' ? result.seq : 0;
    const inDraft = draft.accepted.find(({ entry }) => entry.seq === seq);
    if (inDraft !== undefined) return inDraft.entry;
    const stored = await this.#datasource.get(this.#names.log, numberKey(seq));
    if (stored === undefined) throw new TestudoError('CORRUPT', `the log has no entry ${seq}, which ${opId(op)} made`);
    return stored as unknown as FeedEntry;
  }

  async #decided(draft: AuthorityDraft, key: string): Promise<DecidedOp> {
    const stored = draft.decided.get(key) ?? (await this.#datasource.get(this.#names.ops, key));
    if (stored === undefined)
      throw new TestudoError('CORRUPT', `op ${key} was decided, but its record is missing; restore the database`);
    return stored as unknown as DecidedOp;
  }
}
