import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

import { privateDirectory } from '../private-directory.ts';
import { syncDirectory } from '../sync-directory.ts';
import { isDigest, safeName, textOf } from './safe-name.ts';
import { someAtOnce } from './some-at-once.ts';

/** What lies in a record's file. */
export interface FoundRecord {
  readonly key: string;
  readonly text: string;
  /** whether text, key and collection are those that were written, by their sum */
  readonly isSound: boolean;
}

/** What a collection's directory tells of its keys. */
export interface FoundKeys {
  readonly keys: readonly string[];
  /** names of files that do not say any more whose record they hold */
  readonly unreadable: readonly string[];
}

const DRAFT = '.new';
const hexSum = (text: string): string => crc32(text).toString(16);

/** The first line of a record's file. */
function headOf(collection: string, key: string, text: string): string {
  return JSON.stringify({ collection, key, sum: hexSum(`${JSON.stringify([collection, key])}\n${text}`) });
}

/** What earlier versions wrote instead: it does not say of which collection the record is. */
function olderHeadOf(key: string, text: string): string {
  return JSON.stringify({ key, sum: hexSum(`${JSON.stringify(key)}\n${text}`) });
}

/**
 * One file a record, in one directory a collection. The first line holds collection, key and CRC-32, the rest is the
 * record's text, so that it can be read, and restored from a backup, without us.
 */
export class RecordFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Keys of a collection, in no order. */
  async keys(collection: string): Promise<FoundKeys> {
    const directory = join(this.#directory, safeName(collection));
    const names = ((await unlessMissing(readdir(directory))) ?? []).filter((name) => !name.endsWith(DRAFT));
    const keys = await someAtOnce(names, async (name) => textOf(name) ?? keyIn(directory, name));
    return {
      keys: keys.filter((key) => key !== undefined),
      unreadable: names.filter((name, index) => keys[index] === undefined && isDigest(name)),
    };
  }

  async read(collection: string, key: string, name: string = safeName(key)): Promise<FoundRecord | undefined> {
    const content = await unlessMissing(readFile(this.#pathOf(collection, name), 'utf8'));
    return content === undefined ? undefined : parse(collection, key, content);
  }

  /** Replaces a record's file; durable when the directory is synced. */
  async write(collection: string, key: string, text: string): Promise<void> {
    const path = this.#pathOf(collection, safeName(key));
    await privateDirectory(dirname(path));
    const file = await open(path + DRAFT, 'w', 0o600);
    try {
      await file.writeFile(`${headOf(collection, key, text)}\n${text}`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(path + DRAFT, path);
  }

  async remove(collection: string, name: string): Promise<void> {
    await rm(this.#pathOf(collection, name), { force: true });
  }

  /** Makes what was written to and removed from a collection durable, and that there is such a collection. */
  async sync(collection: string): Promise<void> {
    const directory = join(this.#directory, safeName(collection));
    for (const each of [directory, this.#directory, dirname(this.#directory)]) await unlessMissing(syncDirectory(each));
  }

  #pathOf(collection: string, name: string): string {
    return join(this.#directory, safeName(collection), name);
  }
}

function parse(collection: string, key: string, content: string): FoundRecord {
  const end = content.indexOf('\n');
  const [head, text] = [content.slice(0, end), content.slice(end + 1)];
  return { key, text, isSound: head === headOf(collection, key, text) || head === olderHeadOf(key, text) };
}

/** The key of a file whose name is a digest; one that cannot be read any more has none. */
async function keyIn(directory: string, name: string): Promise<string | undefined> {
  const [line = ''] = (await readFile(join(directory, name), 'utf8')).split('\n', 1);
  const { key } = parsedHead(line);
  return typeof key === 'string' && safeName(key) === name ? key : undefined;
}

function parsedHead(line: string): { readonly key?: unknown } {
  try {
    return JSON.parse(line) as { readonly key?: unknown };
  } catch {
    return {}; // as damaged as a head without a key
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
