import { TestudoError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import { headLength } from '../store/record-codec.ts';
import type { AuthorityBook, LoggedEntry } from './authority-book.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import { compareGroups } from './compare-groups.ts';
import { sawBefore, seesNow, type FeedView } from './feed-view.ts';
import { fitting } from './fitting.ts';
import { numberKey } from './keys.ts';
import { LogTail } from './log-tail.ts';
import type { AuthorityOptions } from './sync-api.ts';
import type { FeedEntry, FeedPage, LeftEntry, PullRequest } from './wire.ts';

/** A place in the feed; with `after`, a place in a snapshot, after which the feed goes on from `seq`. */
interface Place {
  readonly seq: number;
  /** the last seq whose effect may have been told: a snapshot tells of what comes after `seq` too */
  readonly seen: number;
  readonly after: string | null;
  /** The reader has read in this history, and everything is to be told him anew. */
  readonly isAnew?: boolean;
}

interface SnapshotPlace {
  readonly seq: number;
  readonly after: string;
  /** its reader says what he has */
  readonly isCompared?: boolean;
}

const maxWanted = 1000;

/** A place as a cursor names it: the term under which the last seq that may have been told was written, and the view. */
const cursorParts = /^([^:]*):(\d{1,15})(?:\+(\d{1,15}))?(?::([^:]*))?(?::([^]*))?$/;

/** Reads pages of what is durable: a snapshot of the objects first, then the log from where the snapshot began. */
export class AuthorityFeed {
  readonly #options: AuthorityOptions;
  readonly #book: AuthorityBook;
  readonly #names: AuthorityCollections;
  /** places in the log after which damage was told */
  readonly #damagedAfter = new Set<number>();
  readonly #tail = new LogTail();

  constructor(options: AuthorityOptions, book: AuthorityBook, names: AuthorityCollections) {
    this.#options = options;
    this.#book = book;
    this.#names = names;
  }

  /** What has become durable, in `seq` order. */
  add(entries: readonly LoggedEntry[]): void {
    this.#tail.add(entries);
  }

  async pull(request: PullRequest, view: FeedView): Promise<FeedPage> {
    const { since, limit, have = [] } = request;
    if (!Array.isArray(have)) throw new TestudoError('BAD_REQUEST', 'pull: have is no list of groups');
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new TestudoError('BAD_REQUEST', `pull: limit ${String(limit)} is not a whole number of 1 to 1000`);
    }
    const place = since === null ? this.#begin() : this.#place(since, request, view);
    if (place.after === null) return (await this.#logPage(place, limit, view)) ?? this.#anew(request, view);
    if (place.isAnew) return this.#anew(request, view);
    const { seq, after } = place;
    return this.#differing({ seq, after }, request, view) ?? this.#snapshotPage({ seq, after }, limit, view);
  }

  /** `null` of a log that is damaged after `since`, or does not reach back so far. */
  async #logPage({ seq: since, seen }: Place, limit: number, view: FeedView): Promise<FeedPage | null> {
    const until = this.#book.seq;
    const log = await this.#after(since, limit);
    if (log === null) return null;
    const entries = fitting(log);
    const seq = entries.length === 0 ? until : (entries[entries.length - 1] as FeedEntry).seq;
    return {
      ...told(entries, view),
      seq,
      cursor: this.#cursor({ seq, seen: Math.max(seq, seen), after: null }, view),
      more: seq < until,
    };
  }

  #after(since: number, limit: number): Promise<readonly LoggedEntry[] | null> | readonly LoggedEntry[] {
    const latest = since >= this.#book.floor.seq ? this.#tail.after(since, limit) : undefined;
    return latest ?? this.#logged(since, limit);
  }

  /**
   * The entries after `since`, or `null` where it is below the floor, also if that rose meanwhile; and where the first
   * that is not as it was written, or is not there, is among them.
   */
  async #logged(since: number, limit: number): Promise<readonly LoggedEntry[] | null> {
    const { datasource } = this.#options;
    const due = Math.min(limit, this.#book.seq - since);
    if (due === 0) return [];
    let isWhole = true;
    const range = { after: numberKey(since), before: numberKey(this.#book.seq + 1), limit };
    const rows = await datasource.range(this.#names.log, { ...range, onDamaged: () => void (isWhole = false) });
    if (
      since >= this.#book.floor.seq &&
      isWhole &&
      rows.length === due &&
      rows[due - 1]?.key === numberKey(since + due)
    )
      return rows.map((row) => row.value as unknown as LoggedEntry);
    if (since >= this.#book.floor.seq) await this.#tellDamage(since);
    return null;
  }

  /** Once for each place from which somebody reads on. */
  async #tellDamage(since: number): Promise<void> {
    const { partition, onError } = this.#options;
    if (this.#damagedAfter.has(since)) return;
    this.#damagedAfter.add(since);
    const { damagedLog } = await import(/* webpackChunkName: "damage" */ './authority-traces.ts');
    onError?.(damagedLog(partition, numberKey(since)));
  }

  /** The first page of a snapshot for a reader of this history: an empty one where he can say what he has. */
  #anew({ limit, have }: PullRequest, view: FeedView): FeedPage {
    const { seq } = this.#begin();
    if (!Array.isArray(have)) return this.#snapshotPage({ seq, after: '' }, limit, view);
    const cursor = this.#cursor({ seq, seen: seq, after: '' }, view);
    return { entries: [], cursor, more: true, complete: { after: '', through: '', ranges: [] } };
  }

  /** A page of a snapshot without what its reader has already; `null` where he has said nothing. */
  #differing({ seq, after }: SnapshotPlace, { limit, have = [] }: PullRequest, view: FeedView): FeedPage | null {
    if (have.length === 0) return null;
    const { objects, floor } = this.#book;
    const shown = (from: string, to: string): readonly ObjectState[] =>
      objects.idsBetween(from, to).flatMap((id) => {
        const state = objects.get(id) as ObjectState;
        return isTold(state, seq) && seesNow(view, state) ? [state] : [];
      });
    const { states, ranges, through } = compareGroups({ have, after, limit, shown });
    if (through === after) return this.#snapshotPage({ seq, after, isCompared: true }, limit, view);
    floor.asked(seq);
    const cursor = this.#cursor({ seq, seen: this.#book.seq, after: through }, view);
    const complete = { after, through, ranges };
    return { entries: states.map(snapshotEntry), cursor, more: true, complete, ...this.#wanted(after, through) };
  }

  /** What was deleted after the snapshot began is told as deleted: the log will tell its earlier states again. */
  #snapshotPage({ seq, after, isCompared = false }: SnapshotPlace, limit: number, view: FeedView): FeedPage {
    this.#book.floor.asked(seq);
    const found = this.#book.objects.after(after, limit);
    const states = fitting(found);
    const isLast = found.length < limit && states.length === found.length;
    const through = isLast ? null : (states[states.length - 1] as ObjectState).id;
    return {
      entries: states.filter((state) => isTold(state, seq) && seesNow(view, state)).map(snapshotEntry),
      ...(isLast ? { seq } : {}),
      cursor: this.#cursor({ seq, seen: this.#book.seq, after: through }, view),
      more: through !== null || seq < this.#book.seq,
      complete: { after, through, ...(isCompared && through !== null ? { ranges: [[after, through]] } : {}) },
      ...this.#wanted(after, through),
    };
  }

  /** What is lost of a range, for whoever has it: the sum of its record tells others nothing. */
  #wanted(after: string, through: string | null): Pick<FeedPage, 'wanted'> {
    const wanted: string[] = [];
    for (const [id, text] of this.#book.wanted)
      if (id > after && (through === null || id <= through)) wanted.push(text.slice(0, headLength));
    return wanted.length === 0 ? {} : { wanted: wanted.slice(0, maxWanted) };
  }

  /** Begins a snapshot of what is there now; the log after it stays for its reader. */
  #begin(): Place {
    const { seq, floor } = this.#book;
    floor.hold(seq);
    return { seq, seen: seq, after: '' };
  }

  #cursor({ seq, seen, after }: Place, { digest }: FeedView): string {
    const place = `${this.#book.terms.at(seen)}:${seq}${seen > seq ? `+${seen}` : ''}:${digest}`;
    return after === null ? place : `${place}:${after}`;
  }

  /**
   * A place that was reached with another view (or by an earlier host, which knew none) is the beginning. Who was told
   * everything up to a place of the log, or says what he has, has read in this history.
   */
  #place(cursor: string, { have = [] }: PullRequest, { digest }: FeedView): Place {
    const [, term, from, until = from, view, after = null] = cursorParts.exec(cursor) ?? [];
    const seen = Number(until);
    if (!(seen <= this.#book.seq) || this.#book.terms.at(seen) !== term)
      throw new TestudoError('BAD_REQUEST', `pull: cursor ${cursor} is not of this database; pull from null`);
    if (view === digest) return { seq: Number(from), seen, after };
    return { ...this.#begin(), isAnew: after === null || have.length > 0 };
  }
}

/** What a view shows of the log: states of what it sees, and no more than that it left of what it saw. */
function told(log: readonly LoggedEntry[], view: FeedView): Pick<FeedPage, 'entries' | 'left'> {
  const entries: FeedEntry[] = [];
  const left: LeftEntry[] = [];
  for (const { former, ...entry } of log) {
    if (seesNow(view, entry.state)) entries.push(entry);
    else if (sawBefore(view, entry.state, former)) left.push({ id: entry.state.id, seq: entry.seq });
  }
  return left.length === 0 ? { entries } : { entries, left };
}

/** @param since where the snapshot began */
function isTold({ deleted, seq }: ObjectState, since: number): boolean {
  return !deleted || seq > since;
}

function snapshotEntry(state: ObjectState): FeedEntry {
  return { seq: state.seq, opId: '', kind: state.version === 1 ? 'create' : 'update', state, conflicts: [] };
}
