import type { LoggedEntry } from './authority-book.ts';

const kept = 256;

/** The latest entries of a log, in memory: what is pushed to many is read from the store by none of them. */
export class LogTail {
  /** without a gap, up to the end of the log */
  #entries: readonly LoggedEntry[] = [];

  add(entries: readonly LoggedEntry[]): void {
    if (entries.length > 0) this.#entries = this.#entries.concat(entries).slice(-kept);
  }

  /** At most `limit` entries after a seq; `undefined` where they are not all here. */
  after(seq: number, limit: number): readonly LoggedEntry[] | undefined {
    const [first] = this.#entries;
    if (first === undefined || first.seq > seq + 1) return undefined;
    return this.#entries.slice(seq + 1 - first.seq).slice(0, limit);
  }
}
