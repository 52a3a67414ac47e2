import { hasCode, TestudoError, toWire } from '../error.ts';
import { opId, type Op } from '../record/op.ts';
import { plainEqual } from '../record/plain-equal.ts';
import type { Datasource } from '../store/datasource.ts';
import type { AuthorityDraft, DecidedOp, KnownRequest } from './authority-book.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import type * as Traces from './authority-traces.ts';
import { asFirst } from './first-op.ts';
import { asPlain, numberKey, opKey } from './keys.ts';
import type { GoneStanding } from './floor-record.ts';
import { packKey, unpackOp } from './packed-ops.ts';
import { checkSameRequest } from './request.ts';
import type { AuthorityOptions, Recorded, RequestKey } from './sync-api.ts';
import type { FeedEntry, OpResult } from './wire.ts';

/** By what an op may be known that is sent under another id than before. */
export interface FirstKnown {
  /** of its request (`firstKey`) */
  readonly key: string;
  readonly isDecided: boolean;
}

/** What an authority decided before: in the draft of the next commit, or durable. */
export class AuthorityMemory {
  readonly #datasource: Datasource;
  readonly #names: AuthorityCollections;
  readonly #onError: (error: unknown) => void;
  readonly #partition: string;

  constructor(options: Pick<AuthorityOptions, 'datasource' | 'partition' | 'onError'>, names: AuthorityCollections) {
    this.#datasource = options.datasource;
    this.#names = names;
    this.#partition = options.partition;
    this.#onError = (error) => options.onError?.(error);
  }

  /** The result that an op was given. @throws TestudoError `REPLICA_FORKED` when it was another op then */
  async result(draft: AuthorityDraft, op: Op): Promise<OpResult> {
    const result = await this.#resultOf(draft, op).catch((error: unknown) => this.#resultByLog(op, error));
    if (result !== null) return result;
    throw new TestudoError(
      'REPLICA_FORKED',
      `${opId(op)} was another op before: two hosts use the name ${op.replica}, or one side lost its records; go on under another name`,
    );
  }

  /**
   * What became of an op under another id: it is sent by two copies of a host, of which one goes on under another name,
   * or by one that did before it heard of the decision. `null`: it was not decided.
   * @param isDecided whether the user's own op was decided under its first id
   */
  async underOtherId(draft: AuthorityDraft, op: Op, { key, isDecided }: FirstKnown): Promise<OpResult | null> {
    const { counter } = op;
    const known = draft.requests.get(key) ?? (await this.#known(key).catch(nullIfDamaged));
    if (known) {
      const made = idOf(known.opId);
      const decided = await this.#decided(draft, known.opId).catch(nullIfDamaged);
      if (decided) return { ...decided.result, counter };
      if (decided === null) return { ...(await this.#resultByLog({ ...op, ...made }, missing(known.opId))), counter };
    }
    if (!isDecided) return null;
    // A damaged record does not say whether it was of this op: its host may have used the number twice.
    const result = await this.#resultOf(draft, asFirst(op)).catch(nullIfDamaged);
    return result && { ...result, counter };
  }

  /**
   * The outcome of a user's request, if it was recorded before and is not older than requests are kept.
   * @throws TestudoError `CONFLICT` when its key was used for another request
   */
  async outcome(draft: AuthorityDraft, key: string, request: RequestKey): Promise<Recorded | undefined> {
    const known = draft.requests.get(key) ?? (await this.#known(key));
    if (known === undefined) return undefined;
    checkSameRequest(request, known.asks);
    const decided = await this.#decided(draft, known.opId);
    if (decided === undefined) throw missing(known.opId);
    const { op, result, state } = decided;
    return { op, state: state ?? (await this.#entry(draft, op, result)).state };
  }

  /** Whether there was an object with this id whose tombstone was given back. A damaged record tells as much. */
  async isGone(id: string, { count, last }: GoneStanding): Promise<boolean> {
    if (count === 0 || (last !== null && id > last)) return false;
    try {
      if (last === null && (await this.#datasource.get(this.#names.gone, id)) !== undefined) return true;
    } catch (error) {
      if (isDamage(error)) return true;
      throw error;
    }
    const { GoneIds } = await import(/* webpackChunkName: "compaction" */ './gone-ids.ts');
    return new GoneIds(this.#datasource, this.#names).has(id);
  }

  /** By the op's own record, or the one that it is packed in; `null` when they are of another op. @throws `CORRUPT` */
  async #resultOf(draft: AuthorityDraft, op: Op): Promise<OpResult | null> {
    const key = opKey(op.replica, op.counter);
    const decided = await this.#decided(draft, key);
    if (decided !== undefined) return plainEqual(asPlain(decided.op), asPlain(op)) ? decided.result : null;
    const packed = await this.#datasource.get(this.#names.packed, packKey(op));
    const result = packed === undefined ? undefined : unpackOp(packed, op);
    if (result === undefined) throw missing(key);
    return result;
  }

  /** The record of a request; a damaged one is made anew from the op that the request made. */
  async #known(key: string): Promise<KnownRequest | undefined> {
    try {
      return (await this.#datasource.get(this.#names.requests, key)) as KnownRequest | undefined;
    } catch (error) {
      if (!isDamage(error)) throw error;
      const { damagedTrace, decidedFor } = await loadTraces();
      const made = await decidedFor(this.#datasource, this.#names.ops, key);
      if (made === null) throw error;
      this.#onError(damagedTrace(this.#partition, error));
      return { opId: made };
    }
  }

  /** What became of an op whose record is damaged: the log has an entry of each that was accepted. @throws its second argument, when it is not `CORRUPT` */
  async #resultByLog(op: Op, error: unknown): Promise<OpResult> {
    if (!isDamage(error)) throw error;
    const { damagedTrace, forgottenOutcome, loggedSeq, unknownOutcome } = await loadTraces();
    const { counter } = op;
    const forgotten = await forgottenOutcome(this.#datasource, this.#names.packed, op);
    if (forgotten !== null) return { counter, status: 'refused', error: toWire(forgotten) };
    this.#onError(damagedTrace(this.#partition, error));
    const seq = await loggedSeq(this.#datasource, this.#names.log, opId(op));
    if (seq !== null) return { counter, status: 'accepted', seq };
    return { counter, status: 'refused', error: toWire(unknownOutcome(op)) };
  }

  async #entry(draft: AuthorityDraft, op: Op, result: OpResult): Promise<FeedEntry> {
    const seq = result.status === 'accepted' ? result.seq : 0;
    const inDraft = draft.accepted.find(({ entry }) => entry.seq === seq);
    if (inDraft !== undefined) return inDraft.entry;
    const stored = await this.#datasource.get(this.#names.log, numberKey(seq));
    if (stored === undefined) throw lostOutcome(op);
    return stored as unknown as FeedEntry;
  }

  async #decided(draft: AuthorityDraft, key: string): Promise<DecidedOp | undefined> {
    const stored = draft.decided.get(key) ?? (await this.#datasource.get(this.#names.ops, key));
    return stored as unknown as DecidedOp | undefined;
  }
}

/** An op whose entry of the log was damaged before a compaction could keep its state. */
function lostOutcome(op: Op): TestudoError {
  const message = `this request was made before, as ${opId(op)}, but what it led to is lost; look at ${op.modelName} ${op.id}, then make the change again as a new request if it is missing`;
  return new TestudoError('CORRUPT', message);
}

function missing(key: string): TestudoError {
  return new TestudoError('CORRUPT', `op ${key} was decided, but its record is missing; restore the database`);
}

/** The id that a key of `opKey` is of. */
function idOf(key: string): Pick<Op, 'replica' | 'counter'> {
  const end = key.lastIndexOf(':');
  return { replica: key.slice(0, end), counter: Number(key.slice(end + 1)) };
}

function nullIfDamaged(error: unknown): null {
  if (isDamage(error)) return null;
  throw error;
}

function isDamage(error: unknown): error is TestudoError {
  return hasCode(error) && error.code === 'CORRUPT';
}

/** The program that looks in other records for what a damaged one said, which hardly any host needs. */
function loadTraces(): Promise<typeof Traces> {
  return import(/* webpackChunkName: "damage" */ './authority-traces.ts');
}
