import type { Plain } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId, type Op } from '../record/op.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import { historyWrites, type HistoryRecord } from './authority-history.ts';
import { asPlain, numberKey, opKey } from './keys.ts';
import { formerOf, type Former } from './feed-view.ts';
import { readFloor, type GoneStanding } from './floor-record.ts';
import { LogFloor } from './log-floor.ts';
import { ObjectTable } from '../store/object-table.ts';
import { setObject } from './set-object.ts';
import { fits, isState, SoundRecords, type IsSound } from './sound-records.ts';
import type { AuthorityOptions } from './sync-api.ts';
import { Terms } from './terms.ts';
import type { FeedEntry, OpResult } from './wire.ts';

/** An op with its outcome, as it is kept to answer the same push or request again. */
export interface DecidedOp {
  readonly op: Op;
  readonly result: OpResult;
  /** the key of the request that made it at this host, or by which it is known under other ids (`firstKey`) */
  readonly request?: string;
  /** the state that it led to, once the log has lost its entry and while its request may be repeated */
  readonly state?: ObjectState;
}

/**
 * How far a replica's ops are decided, and the user whose replica it is: '' while nobody has pushed under its name.
 * Under a `firstName`: up to which counter some were decided under other ids, and up to which some of those may be
 * known no more (`given`).
 */
export type Mark = { readonly mark: number; readonly user: string; readonly given?: number };

/** An entry of the log: what the feed tells, and what it needs to know who saw the object before (never told). */
export type LoggedEntry = FeedEntry & { readonly former?: Former | null };

/** A request that made an op: the op's key, and what was asked for (absent in records of earlier hosts). */
export type KnownRequest = { readonly opId: string; readonly asks?: string };

/** What is decided and durable. */
export interface AuthorityBook {
  readonly objects: ObjectTable;
  readonly marks: Map<string, Mark>;
  /** ids of deleted objects that are still kept */
  readonly tombstones: Set<string>;
  readonly floor: LogFloor;
  /** the objects that are known by their id only */
  gone: GoneStanding;
  readonly terms: Terms;
  /** objects that are lost here, by id: their records as they were found */
  readonly wanted: Map<string, string>;
  /** what was mended and could not be written yet: it goes before all else into the next commit */
  owed: readonly Write[];
  seq: number;
}

/** What has been decided since, and goes into the next commit. */
export interface AuthorityDraft {
  readonly objects: Map<string, ObjectState>;
  readonly marks: Map<string, Mark>;
  readonly decided: Map<string, DecidedOp>;
  readonly requests: Map<string, KnownRequest>;
  readonly accepted: { readonly entry: LoggedEntry; readonly op: Op }[];
  /** what a compaction gives back */
  readonly compaction: { readonly writes: Write[]; readonly afterwards: (() => void)[] };
  /** by seq */
  readonly history: Map<number, HistoryRecord>;
  /** seqs of changes that are told no more */
  readonly outdated: number[];
  seq: number;
}

/** How far a replica's ops are decided; the oldest records name no user. */
const isReplicaMark: IsSound<{ readonly mark: number }> = (value): value is { readonly mark: number } =>
  fits(value, { mark: 'number' });

/** `seq` of the latest log entry after another one, also of a damaged one: its key tells. */
async function lastLogged(datasource: Datasource, log: string, after: string): Promise<number> {
  let last = after;
  const note = ({ key }: { readonly key: string }): void => void (last = key > last ? key : last);
  for (let from = '', limit = 1000; from !== last;) {
    from = last;
    (await datasource.range(log, { after: from, limit, onDamaged: note })).forEach(note);
  }
  return Number(last);
}

/**
 * Reads a partition. Its `seq` is that of its latest object, or of the last one that a compaction has seen. What is
 * damaged costs itself only: it is mended from the log and the ops where they tell, put aside, and told.
 */
export async function loadAuthorityBook(
  {
    datasource,
    partition,
    epoch,
    life = epoch,
    onError,
    now,
  }: Pick<AuthorityOptions, 'datasource' | 'partition' | 'epoch' | 'life' | 'onError' | 'now'>,
  names: AuthorityCollections,
): Promise<AuthorityBook> {
  const { floor, seq, gone } = await readFloor(datasource, names);
  const terms = new Terms(names.terms, { first: epoch, current: life });
  await terms.load(datasource);
  const empty = { objects: new ObjectTable(), marks: new Map<string, Mark>(), tombstones: new Set<string>(), terms };
  const book: AuthorityBook = { ...empty, wanted: new Map(), owed: [], floor: new LogFloor(floor, now), gone, seq };
  const records = new SoundRecords(datasource);
  for (const state of (await records.all(names.objects, isState)).values()) {
    setObject(book, state);
    book.seq = Math.max(book.seq, state.seq);
  }
  for (const [key, value] of await records.all(names.marks, isReplicaMark)) {
    book.marks.set(key, { user: '', ...(value as { readonly mark: number }) });
  }
  book.seq = await lastLogged(datasource, names.log, numberKey(book.seq));
  const [former] = await datasource.range(names.damaged, { limit: 1, onDamaged: () => undefined });
  if (records.isWhole && former === undefined) return book;
  const { mendAuthority, recallLost } = await import(/* webpackChunkName: "damage" */ './authority-damage.ts');
  const modelName = partition.slice(partition.indexOf('/') + 1);
  await recallLost(book, datasource, names);
  const tell = (damage: unknown): void => onError?.(damage);
  if (!records.isWhole) await mendAuthority(book, records, { datasource, names, modelName, tell });
  return book;
}

export function beginDraft(book: AuthorityBook): AuthorityDraft {
  return {
    objects: new Map(),
    marks: new Map(),
    decided: new Map(),
    requests: new Map(),
    accepted: [],
    compaction: { writes: [], afterwards: [] },
    history: new Map(),
    outdated: [],
    seq: book.seq,
  };
}

/** Enters the outcome of a user's op; a new state with its feed entry when it was accepted. */
export function enter(
  draft: AuthorityDraft,
  decided: DecidedOp & { readonly user: string },
  entry: LoggedEntry | null,
): void {
  const { op, result, user } = decided;
  draft.decided.set(opKey(op.replica, op.counter), { op, result });
  draft.marks.set(op.replica, { mark: op.counter, user });
  if (entry === null) return;
  draft.seq = entry.seq;
  draft.objects.set(op.id, entry.state);
  draft.accepted.push({ entry, op });
}

/** Enters a request of a user at this host, together with the op that it made. */
export function enterRequest(draft: AuthorityDraft, key: string, request: KnownRequest): void {
  draft.requests.set(key, request);
  const decided = draft.decided.get(request.opId);
  if (decided !== undefined) draft.decided.set(request.opId, { ...decided, request: key });
}

/** Everything that a draft changes, as one commit. */
export function draftWrites(
  { terms, seq, owed }: AuthorityBook,
  draft: AuthorityDraft,
  names: AuthorityCollections,
): readonly Write[] {
  const writes: Write[] = [...owed, ...(draft.seq > seq ? terms.beginning(seq + 1) : [])];
  const put = (collection: string, key: string, value: Plain): void => void writes.push({ collection, key, value });
  for (const [id, state] of draft.objects) put(names.objects, id, asPlain(state));
  for (const { entry } of draft.accepted) put(names.log, numberKey(entry.seq), asPlain(entry));
  for (const [key, decided] of draft.decided) put(names.ops, key, asPlain(decided));
  for (const [replica, mark] of draft.marks) put(names.marks, replica, mark);
  for (const [key, request] of draft.requests) put(names.requests, key, request);
  return writes.concat(historyWrites(names.history, draft), draft.compaction.writes);
}

/** Takes over a draft that has become durable. */
export function installDraft(book: AuthorityBook, draft: AuthorityDraft): void {
  book.owed = [];
  for (const state of draft.objects.values()) setObject(book, state);
  for (const [replica, mark] of draft.marks) book.marks.set(replica, mark);
  if (draft.seq > book.seq) book.terms.begun(book.seq + 1);
  book.seq = draft.seq;
  for (const step of draft.compaction.afterwards) step();
}

/** The log's account of an accepted op. @param before the state that it changed */
export function logEntry(
  op: Op,
  { before, state, conflicts }: Pick<FeedEntry, 'state' | 'conflicts'> & { readonly before: ObjectState | undefined },
): LoggedEntry {
  const former = formerOf(before, state);
  return deepFreeze({ seq: state.seq, opId: opId(op), kind: op.kind, state, conflicts, former });
}
