import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { AuthorityBook, AuthorityCollections } from './authority-book.ts';
import { fitting } from './fitting.ts';
import { numberKey } from './keys.ts';
import type { AuthorityOptions } from './sync-api.ts';
import type { FeedEntry, FeedPage, PullRequest } from './wire.ts';

/** A place in the feed; with `after`, a place in a snapshot, after which the feed goes on from `seq`. */
interface Place {
  readonly seq: number;
  /** the last seq whose effect may have been told: a snapshot tells of what comes after `seq` too */
  readonly seen: number;
  readonly after: string | null;
}

/** A place as a cursor names it, after the term under which the last seq that may have been told was written. */
const cursorParts = /^([^:]*):(\d{1,15})(?:\+(\d{1,15}))?(?::([^]*))?$/;

/** Reads pages of what is durable: a snapshot of the objects first, then the log from where the snapshot began. */
export class AuthorityFeed {
  readonly #options: AuthorityOptions;
  readonly #book: AuthorityBook;
  readonly #names: AuthorityCollections;
  /** places in the log after which damage was told */
  readonly #damagedAfter = new Set<number>();

  constructor(options: AuthorityOptions, book: AuthorityBook, names: AuthorityCollections) {
    this.#options = options;
    this.#book = book;
    this.#names = names;
  }

  async pull({ since, limit }: PullRequest, principal: Principal): Promise<FeedPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new TestudoError('BAD_REQUEST', `pull: limit ${String(limit)} is not a whole number of 1 to 1000`);
    }
    const { seq } = this.#book;
    const place = since === null ? { seq, seen: seq, after: '' } : this.#place(since);
    if (place.after === null) return this.#logPage(place, limit, principal);
    return this.#snapshotPage({ seq: place.seq, after: place.after }, limit, principal);
  }

  /** Of a log that is damaged after `since`, or does not reach back so far, a snapshot is all that can be told. */
  async #logPage({ seq: since, seen }: Place, limit: number, principal: Principal): Promise<FeedPage> {
    const until = this.#book.seq;
    const rows = await this.#logRows(since, limit);
    if (rows === null) return this.#snapshotPage({ seq: this.#book.seq, after: '' }, limit, principal);
    const entries = fitting(rows);
    const seq = entries.length === 0 ? until : (entries[entries.length - 1] as FeedEntry).seq;
    return {
      entries: entries.filter((entry) => this.#options.mayRead(principal, entry.state)),
      cursor: this.#cursor({ seq, seen: Math.max(seq, seen), after: null }),
      more: seq < until,
    };
  }

  /**
   * The entries after `since`, or `null` where it is below the floor, also if that rose meanwhile; and where the first
   * that is not as it was written, or is not there, is among them.
   */
  async #logRows(since: number, limit: number): Promise<readonly FeedEntry[] | null> {
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
      return rows.map((row) => row.value as unknown as FeedEntry);
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

  /** What was deleted after the snapshot began is told as deleted: the log will tell its earlier states again. */
  #snapshotPage(
    { seq, after }: { readonly seq: number; readonly after: string },
    limit: number,
    principal: Principal,
  ): FeedPage {
    this.#book.floor.hold(seq);
    const found = this.#book.objects.after(after, limit);
    const states = fitting(found);
    const isLast = found.length < limit && states.length === found.length;
    const through = isLast ? null : (states[states.length - 1] as ObjectState).id;
    const isTold = (state: ObjectState): boolean => !state.deleted || state.seq > seq;
    const readable = states.filter((state) => isTold(state) && this.#options.mayRead(principal, state));
    return {
      entries: readable.map(snapshotEntry),
      cursor: this.#cursor({ seq, seen: this.#book.seq, after: through }),
      more: through !== null || seq < this.#book.seq,
      complete: { after, through },
    };
  }

  #cursor({ seq, seen, after }: Place): string {
    const place = `${this.#book.terms.at(seen)}:${seq}${seen > seq ? `+${seen}` : ''}`;
    return after === null ? place : `${place}:${after}`;
  }

  #place(cursor: string): Place {
    const [, term, from, until = from, after = null] = cursorParts.exec(cursor) ?? [];
    const seen = Number(until);
    if (seen <= this.#book.seq && this.#book.terms.at(seen) === term) return { seq: Number(from), seen, after };
    throw new TestudoError('BAD_REQUEST', `pull: cursor ${cursor} is not of this database; pull from null`);
  }
}

function snapshotEntry(state: ObjectState): FeedEntry {
  return { seq: state.seq, opId: '', kind: state.version === 1 ? 'create' : 'update', state, conflicts: [] };
}
