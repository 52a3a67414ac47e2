import { basename, join } from 'node:path';

import { hasCode, TestudoError } from '@testudo/fabric/error';
import { commitQueue } from '@testudo/fabric/store/commit-queue';
import type { Datasource, Entry, RangeOptions } from '@testudo/fabric/store/datasource';
import {
  decodeRecord,
  encodeWrites,
  rangeLimit,
  storeClosed,
  type EncodedWrite,
} from '@testudo/fabric/store/record-codec';

import { openJournal, type Journal } from './file-store/journal.ts';
import { RecordFiles, type FoundRecord } from './file-store/record-files.ts';
import { safeName } from './file-store/safe-name.ts';
import { someAtOnce } from './file-store/some-at-once.ts';
import { takeLock } from './file-store/take-lock.ts';
import { privateDirectory } from './private-directory.ts';

export interface FileOptions {
  /** belongs to one process at a time; only its owner may read it */
  readonly directory: string;
  /** the journal's size beyond which its records are moved into files of their own; default 4 MiB */
  readonly journalBytes?: number;
}

/** One collection: its keys, and the texts that are not in files yet. */
interface Collection {
  readonly keys: Set<string>;
  /** those of `keys` that are names of files: what their keys were cannot be read any more */
  readonly unreadable: Set<string>;
  /** `undefined`: removed */
  readonly fresh: Map<string, string | undefined>;
  /** those of `fresh` that have not been moved since they were written */
  readonly unmoved: Set<string>;
  /** all keys in order; `null` after a key came or went */
  sorted: readonly string[] | null;
}

/** How many records a commit moves at least, while the journal is too large: some tenths of a second. */
const MOVED_BY_A_COMMIT = 128;

/**
 * Keeps records as files, one a record, in one directory a collection: for small hosts whose data shall be readable
 * without a database. A commit is one line of a journal, durable before it resolves; records move into their files, some with
 * each commit, when the journal is full. @throws TestudoError `UNAVAILABLE` when the directory cannot be used, or another process has it
 */
export async function fileDatasource({ directory, journalBytes = 4 * 1024 * 1024 }: FileOptions): Promise<Datasource> {
  await privateDirectory(directory);
  const lock = takeLock(join(directory, 'lock.db'));
  const files = new RecordFiles(join(directory, 'records'));
  const { journal, kept } = await openJournal(join(directory, 'journal')).catch((cause: unknown) => {
    lock.release();
    throw refused(directory, cause);
  });
  const store = new FileStore({ name: basename(directory), files, journal, journalBytes, kept });
  return {
    kind: 'file',
    get: (collection, key) => store.get(collection, key),
    range: (collection, options = {}) => store.range(collection, options),
    commit: async (writes) => store.commit(encodeWrites(writes)),
    async close() {
      if (await store.close()) lock.release();
    },
  };
}

interface FileStoreOptions extends Pick<Required<FileOptions>, 'journalBytes'> {
  /** of the store, as far as whoever reads an error may know it */
  readonly name: string;
  readonly files: RecordFiles;
  readonly journal: Journal;
  /** what the journal held when it was opened */
  readonly kept: readonly EncodedWrite[];
}

class FileStore {
  readonly #options: FileStoreOptions;
  readonly #collections = new Map<string, Promise<Collection>>();
  /** the collections that the journal had records of when it was opened */
  readonly #journalled: ReadonlySet<string>;
  readonly #enqueue: (writes: readonly EncodedWrite[]) => Promise<void>;
  #isOpen = true;

  constructor(options: FileStoreOptions) {
    this.#options = options;
    this.#journalled = new Set(options.kept.map(({ collection }) => collection));
    this.#enqueue = commitQueue({ apply: (writes) => this.#apply(writes) });
  }

  async get(name: string, key: string): Promise<Entry['value'] | undefined> {
    this.#assertOpen();
    const collection = await this.#collection(name);
    const found = await this.#read(name, collection, placeOf(collection, key));
    return found && decodeRecord(name, key, sound(name, { ...found, key }).text);
  }

  async range(name: string, options: RangeOptions): Promise<readonly Entry[]> {
    this.#assertOpen();
    const collection = await this.#collection(name);
    const { after, before, onDamaged, asText } = options;
    const limit = rangeLimit(options);
    const sorted = (collection.sorted ??= [...collection.keys].sort());
    const keys = sorted
      .filter((key) => (after === undefined || key > after) && (before === undefined || key < before))
      .slice(0, limit);
    const entries: Entry[] = [];
    for (const found of await someAtOnce(keys, (key) => this.#read(name, collection, key))) {
      if (found === undefined) continue;
      try {
        entries.push({ key: found.key, value: decodeRecord(name, found.key, sound(name, found).text, asText) });
      } catch (error) {
        if (!onDamaged) throw error;
        onDamaged({ key: found.key, text: found.text });
      }
    }
    return entries;
  }

  async commit(writes: readonly EncodedWrite[]): Promise<void> {
    this.#assertOpen();
    if (writes.length > 0) await this.#enqueue(writes);
  }

  /** After what was asked for before it. @returns whether it was open */
  async close(): Promise<boolean> {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    await this.#enqueue([]);
    await this.#options.journal.close();
    return true;
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw storeClosed();
  }

  async #collection(name: string): Promise<Collection> {
    let found = this.#collections.get(name);
    if (!found) this.#collections.set(name, (found = this.#open(name)));
    try {
      return await found;
    } catch (cause) {
      this.#collections.delete(name);
      throw refused(this.#options.name, cause);
    }
  }

  async #open(name: string): Promise<Collection> {
    const { files, kept } = this.#options;
    const { keys, unreadable } = await files.keys(name);
    const collection = {
      keys: new Set([...keys, ...unreadable]),
      unreadable: new Set(unreadable),
      fresh: new Map<string, string | undefined>(),
      unmoved: new Set<string>(),
      sorted: null,
    };
    for (const write of kept) if (write.collection === name) note(collection, write);
    return collection;
  }

  /** A key whose file is not there has gone meanwhile, was written anew, or somebody else has removed it. */
  async #read(name: string, collection: Collection, key: string): Promise<FoundRecord | undefined> {
    const { keys, fresh } = collection;
    if (!keys.has(key)) return undefined;
    const text = fresh.get(key);
    if (text !== undefined) return { key, text, isSound: true };
    const found = await this.#readFile(name, key, nameOf(collection, key));
    if (found !== undefined || !keys.has(key)) return found;
    const written = fresh.get(key);
    return { key, text: written ?? '', isSound: written !== undefined };
  }

  async #readFile(collection: string, key: string, file: string): Promise<FoundRecord | undefined> {
    try {
      return await this.#options.files.read(collection, key, file);
    } catch (cause) {
      throw refused(this.#options.name, cause);
    }
  }

  async #apply(writes: readonly EncodedWrite[]): Promise<void> {
    if (writes.length === 0) return;
    const { name, journal, journalBytes } = this.#options;
    const touched = await Promise.all(writes.map(({ collection }) => this.#collection(collection)));
    try {
      if (journal.sizeBytes > journalBytes) await this.#moveSome(Math.max(MOVED_BY_A_COMMIT, 2 * writes.length));
      await journal.append(writes);
    } catch (cause) {
      throw refused(name, cause);
    }
    for (const [place, write] of writes.entries()) note(touched[place] as Collection, write);
  }

  /**
   * At most so many records of the journal into their files. Once none is left the journal begins anew. What was moved is not
   * moved again when another one fails.
   */
  async #moveSome(most: number): Promise<void> {
    const { files } = this.#options;
    for (const name of this.#journalled) await this.#collection(name);
    let left = most;
    for (const [name, opening] of this.#collections) {
      const collection = await opening;
      const keys = [...collection.unmoved].slice(0, left);
      await someAtOnce(keys, async (key) => {
        const text = collection.fresh.get(key);
        if (text === undefined) await files.remove(name, nameOf(collection, key));
        else await files.write(name, key, text);
        collection.unmoved.delete(key);
      });
      left -= keys.length;
      if (collection.unmoved.size > 0) return;
    }
    await this.#forgetJournal();
  }

  /** Everything is in its file. What a directory then refuses to keep has to be moved anew. */
  async #forgetJournal(): Promise<void> {
    const collections = await Promise.all(this.#collections.values());
    try {
      for (const name of this.#collections.keys()) await this.#options.files.sync(name);
    } catch (error) {
      for (const { fresh, unmoved } of collections) for (const key of fresh.keys()) unmoved.add(key);
      throw error;
    }
    await this.#options.journal.reset();
    for (const { fresh } of collections) fresh.clear();
  }
}

/** The file that a key of a collection is in. */
function nameOf({ unreadable }: Collection, key: string): string {
  return unreadable.has(key) ? key : safeName(key);
}

/** Under which of its keys a collection has a record. */
function placeOf({ keys, unreadable }: Collection, key: string): string {
  if (unreadable.size === 0 || keys.has(key)) return key;
  const name = safeName(key);
  return unreadable.has(name) ? name : key;
}

function note(collection: Collection, { key, text }: EncodedWrite): void {
  const place = placeOf(collection, key);
  if (place !== key) {
    collection.unreadable.delete(place);
    collection.sorted = collection.keys.delete(place) ? null : collection.sorted;
  }
  if (collection.keys.has(key) === (text === undefined)) collection.sorted = null;
  if (text === undefined) collection.keys.delete(key);
  else collection.keys.add(key);
  collection.fresh.set(key, text);
  collection.unmoved.add(key);
}

function sound(name: string, found: FoundRecord): FoundRecord {
  if (found.isSound) return found;
  throw new TestudoError(
    'CORRUPT',
    `the record ${name} ${found.key} is not as it was written; restore it from a backup`,
  );
}

function refused(store: string, cause: unknown): TestudoError {
  if (hasCode(cause) && cause.cause === undefined) return cause;
  const { code = String(cause) } = (hasCode(cause) ? cause.cause : cause) as { code?: string };
  const remedy = code === 'ENOSPC' ? 'free some space, then it goes on by itself' : 'check the disk and the rights';
  return new TestudoError('UNAVAILABLE', `the store ${store} refused: ${code}; nothing was written; ${remedy}`, {
    cause,
  });
}
