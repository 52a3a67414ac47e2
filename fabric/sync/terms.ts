import type { Datasource, Write } from '../store/datasource.ts';
import { numberKey } from './keys.ts';
import { readAll } from './read-all.ts';

/** The latest terms, which are known whatever is given back of the log: a cursor of theirs still tells of this database. */
const keptTerms = 100;

/** The name of what is given back: no cursor names it. */
const none = '-';

/** The part of the log that one life of the authority wrote: from this seq up to where the next one begins. */
interface Term {
  readonly from: number;
  readonly name: string;
}

/**
 * Which life of the authority wrote which part of its log. Two databases that come from one backup, or a disk that has
 * forgotten its last commits, go on with the same numbers for other ops; their terms differ from there on. What two logs
 * have under the same term and seq is the same, and so is all before it.
 * @see Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 2014, section 5.3 (log matching)
 */
export class Terms {
  readonly #collection: string;
  readonly #first: string;
  readonly #current: string;
  readonly #terms: Term[] = [];

  /**
   * @param names `first`: of what was written before terms were kept; `current`: unique to this life
   */
  constructor(collection: string, names: { readonly first: string; readonly current: string }) {
    this.#collection = collection;
    this.#first = names.first;
    this.#current = names.current;
  }

  /** A damaged record costs whoever read under its term a snapshot. */
  async load(datasource: Datasource): Promise<void> {
    const add = (key: string, name: string): unknown => this.#terms.push({ from: Number(key), name });
    const entries = await readAll(datasource, this.#collection, ({ key }) => add(key, `${this.#current}-${key}`));
    for (const { key, value } of entries) add(key, String(value));
    this.#terms.sort((left, right) => left.from - right.from);
  }

  /** The term under which the entry of a seq was written. */
  at(seq: number): string {
    for (let index = this.#terms.length - 1; index >= 0; index -= 1) {
      const { from, name } = this.#terms[index] as Term;
      if (from <= seq) return name;
    }
    return this.#first;
  }

  /** What has to be written with an entry of this seq: the beginning of this life's term, once. */
  beginning(seq: number): readonly Write[] {
    if (this.#hasBegun) return [];
    return [this.#write(seq, this.#current)];
  }

  /** The entry of this seq is durable. */
  begun(seq: number): void {
    if (!this.#hasBegun) this.#terms.push({ from: seq, name: this.#current });
  }

  /**
   * Gives back the terms that are over below the floor, all but the latest 100. A seq of theirs is of no term from then
   * on: who has read no further reads everything anew.
   * @returns what has to be written; `null`: there are none
   */
  outdated(floor: number): { readonly writes: readonly Write[]; done(): void } | null {
    const isOver = (_term: Term, index: number): boolean =>
      index < this.#terms.length - keptTerms && (this.#terms[index + 1] as Term).from <= floor;
    const over = this.#terms.filter(isOver).filter(({ from }) => from > 0);
    if (over.length === 0) return null;
    const removed = over.map<Write>(({ from }) => this.#write(from, undefined));
    return {
      writes: [...removed, this.#write(0, none)],
      done: () => {
        const kept = this.#terms.filter((term) => term.from > 0 && !over.includes(term));
        this.#terms.splice(0, Infinity, { from: 0, name: none }, ...kept);
      },
    };
  }

  #write(from: number, value: string | undefined): Write {
    return { collection: this.#collection, key: numberKey(from), value };
  }

  /** What has to be written so that nobody reads on from where he was: all take a snapshot. It counts at once. */
  renewed(): readonly Write[] {
    const first = { from: 0, name: `${this.#current}-anew` };
    const former = this.#terms.splice(0, Infinity, first);
    return [...former.map(({ from }) => this.#write(from, undefined)), this.#write(first.from, first.name)];
  }

  get #hasBegun(): boolean {
    return this.#current === this.#first || this.#terms[this.#terms.length - 1]?.name === this.#current;
  }
}
