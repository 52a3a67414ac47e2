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
  /** whether an op of its user was decided under its first id */
  readonly isDecided: boolean;
  /** up to which counter of its first replica ops may have been decided under other ids without a trace */
  readonly given: number;
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

  /** The result that an op was given. @throws TestudoError `REPLICA_FORKED` when it was another op then, or long ago */
  async result(draft: AuthorityDraft, op: Op): Promise<OpResult> {
    const result = await this.#resultOf(draft, op).catch((error: unknown) => this.#traced(op, error, null));
    if (result === null) throw forked(op);
    return result ?? unknown(op);
  }

  /**
   * What became of an op under another id: it is sent by two copies of a host, of which one goes on under another name,
   * or by one that did before it heard of the decision. `null`: it was not decided. One of which that cannot be told is
   * refused under another id than its first. @throws TestudoError `REPLICA_FORKED` when it has no other one yet
   */
  async underOtherId(draft: AuthorityDraft, op: Op, { key, isDecided, given }: FirstKnown): Promise<OpResult | null> {
    const { counter } = op;
    const known = draft.requests.get(key) ?? (await this.#known(key).catch(nullIfDamaged));
    if (known) {
      const decided = await this.#decided(draft, known.opId).catch(nullIfDamaged);
      const result = decided?.result ?? (await this.#entered(op, idOf(known.opId), missing(known.opId)));
      return { ...result, counter };
    }
    const first = asFirst(op);
    const result = isDecided ? await this.#resultOf(draft, first).catch((error) => this.#traced(first, error)) : null;
    if (result) return { ...result, counter };
    if (known === undefined && result === null && first.counter > given) return null;
    if (op.first === undefined) throw forked(op);
    return unknown(op);
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

  /**
   * What became of an op whose record is damaged or given back, by the log. `undefined`: nothing tells; `null`: it was
   * another op. @param forgotten of one that was given back @throws its second argument, when it is not `CORRUPT`
   */
  async #traced(op: Op, error: unknown, forgotten?: null): Promise<OpResult | null | undefined> {
    if (!isDamage(error)) throw error;
    const { damagedTrace, isForgotten, loggedEntry, seqOf } = await loadTraces();
    if (await isForgotten(this.#datasource, this.#names.packed, op)) return forgotten;
    this.#onError(damagedTrace(this.#partition, error));
    const entry = await loggedEntry(this.#datasource, this.#names.log, opId(op));
    const seq = entry === null ? undefined : seqOf(op, entry);
    return typeof seq === 'number' ? { counter: op.counter, status: 'accepted', seq } : seq;
  }

  /** What became of an op that was decided under an id whose record is damaged: the log has each that was accepted. */
  async #entered(op: Op, made: Pick<Op, 'replica' | 'counter'>, error: TestudoError): Promise<OpResult> {
    const { damagedTrace, loggedEntry } = await loadTraces();
    this.#onError(damagedTrace(this.#partition, error));
    const entry = await loggedEntry(this.#datasource, this.#names.log, opId(made));
    return entry === null ? unknown(op) : { counter: op.counter, status: 'accepted', seq: entry.seq };
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

function forked(op: Op): TestudoError {
  return new TestudoError(
    'REPLICA_FORKED',
    `${opId(op)} was another op before, or nobody knows any more: two hosts use the name ${op.replica}, or one side lost its records; go on under another name`,
  );
}

/** What the maker of an op is told that was most likely decided, where nothing tells what came of it. */
async function unknown(op: Op): Promise<OpResult> {
  const { unknownOutcome } = await loadTraces();
  return { counter: op.counter, status: 'refused', error: toWire(unknownOutcome(op)) };
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
