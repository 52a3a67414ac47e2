import type { Plain } from '../plain.ts';

/** A stored record with its key. */
export interface Entry {
  readonly key: string;
  readonly value: Plain;
}

/** One change inside a commit; `value: undefined` removes the key. */
export interface Write {
  readonly collection: string;
  readonly key: string;
  readonly value: Plain | undefined;
  /**
   * `value` is the JSON text of what is to be kept, and is kept letter by letter. Where it has several lines, damage to
   * others than the first is for the reader to notice.
   */
  readonly isText?: true;
}

/** What lies under a key instead of a record that was committed. */
export interface DamagedEntry {
  readonly key: string;
  /** as it was found */
  readonly text: string;
}

/** Reads of a range: keys strictly after `after` and strictly before `before`, ascending by UTF-16 code unit. */
export interface RangeOptions {
  readonly after?: string;
  readonly before?: string;
  /** records, 1..10000; default 1000 */
  readonly limit?: number;
  /** Each value is the JSON text of what is kept, sound and not read. */
  readonly asText?: boolean;
  /** Called, in place of the refusal, for each record that is damaged; it counts towards the limit. */
  onDamaged?(damaged: DamagedEntry): void;
}

/**
 * Durable plain records in named collections, written in atomic batches. A host keeps an object's state, its
 * op, flow step and counters in one of them, so that one commit is one transaction. A read sees every commit that had
 * resolved when it was called; one still under way it may or may not see. Laws: `datasource.contract.ts`.
 */
export interface Datasource {
  readonly kind: 'memory' | 'indexeddb' | 'sqlite' | 'file';
  /** One record, or `undefined`. @throws TestudoError `CORRUPT` when it is damaged */
  get(collection: string, key: string): Promise<Plain | undefined>;
  /**
   * Records of a range in ascending key order.
   * @throws TestudoError `BAD_REQUEST` for a limit outside 1..10000
   * @throws TestudoError `CORRUPT` when one is damaged and nobody asked to be told of it
   */
  range(collection: string, options?: RangeOptions): Promise<readonly Entry[]>;
  /**
   * Applies all writes or none; resolves when they are durable; commits take effect in call order.
   * @throws TestudoError `BAD_REQUEST` for a value that is not plain JSON; nothing is changed then
   * @throws TestudoError `UNAVAILABLE`, `DEADLINE`, `STORAGE_FULL` when the store refuses, is silent or has no room;
   *   nothing is changed then. With `data.inDoubt` it may be: nothing is taken until that is known, and when it is
   *   there the store closes itself, so that its owner reads it anew
   * @throws TestudoError `FENCED` when another writer has taken this store over
   */
  commit(writes: readonly Write[]): Promise<void>;
  /** Releases the store; later calls reject with `UNAVAILABLE`. */
  close(): Promise<void>;
}
