import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { Sink, SinkBatch } from '@testudo/fabric/host/sinks/sink-api';

import { diskError } from '../disk-error.ts';
import { syncDirectory } from '../sync-directory.ts';

export interface FileSinkOptions {
  /** ends with `.jsonl` */
  readonly path: string;
  /** a file that would become larger is put aside as `<name>.<n>.jsonl`; default 16 MiB */
  readonly maxBytes?: number;
  /** files that were put aside, of which the oldest go; default 10 */
  readonly keepFiles?: number;
}

const defaultMaxBytes = 16 * 1024 * 1024;
const defaultKeepFiles = 10;
const chunkBytes = 64 * 1024;

/**
 * Appends one line of JSON for each record, with the batch's `delivery` and `sink`; only its owner may read the files.
 * What was delivered is on the disk. A line that a crash tore is taken away before the next is written; a file that
 * others have moved, removed or cut (as `logrotate` does) is begun anew, or from what is left of it.
 * @throws TestudoError `UNAVAILABLE` when the disk refuses: what was written is taken away with the next delivery
 */
export function fileSink(options: FileSinkOptions): Sink {
  const file = new RotatedFile(options);
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(act: () => Promise<T>): Promise<T> => {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    kind: 'file',
    target: basename(options.path),
    deliver: (batch, signal) =>
      next(async () => {
        if (signal.aborted) throw signal.reason;
        await file.append(linesOf(batch));
        return 'delivered' as const;
      }),
    close: () => next(() => file.close()),
  };
}

function linesOf({ delivery, sink, records }: SinkBatch): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify({ delivery, sink, ...record })}\n`).join(''));
}

class RotatedFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keepFiles: number;
  #handle: FileHandle | null = null;
  #sizeBytes = 0;

  constructor({ path, maxBytes = defaultMaxBytes, keepFiles = defaultKeepFiles }: FileSinkOptions) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#keepFiles = keepFiles;
  }

  async append(bytes: Buffer): Promise<void> {
    try {
      let handle = await this.#open();
      if (this.#sizeBytes > 0 && this.#sizeBytes + bytes.length > this.#maxBytes) {
        await this.#rotate();
        handle = await this.#open();
      }
      await handle.truncate(this.#sizeBytes);
      for (let at = 0; at < bytes.length;) {
        at += (await handle.write(bytes, at, bytes.length - at, this.#sizeBytes + at)).bytesWritten;
      }
      await handle.sync();
      this.#sizeBytes += bytes.length;
    } catch (cause) {
      throw diskError(basename(this.#path), 'written', cause);
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle !== null && (await this.#isAsLeft(this.#handle))) return this.#handle;
    await this.close();
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const handle = await open(this.#path, 'a+', 0o600).then(async (made) => {
      await made.close();
      return open(this.#path, 'r+');
    });
    this.#sizeBytes = await wholeBytes(handle);
    await syncDirectory(dirname(this.#path));
    this.#handle = handle;
    return handle;
  }

  async #isAsLeft(handle: FileHandle): Promise<boolean> {
    const [held, there] = await Promise.all([handle.stat(), stat(this.#path).catch(noneIfMissing)]);
    return there?.ino === held.ino && there.dev === held.dev && held.size >= this.#sizeBytes;
  }

  async #rotate(): Promise<void> {
    await this.close();
    const asides = await this.#asides();
    const latest = (asides.at(-1) ?? 0) + 1;
    await rename(this.#path, this.#aside(latest));
    const old = [...asides, latest].slice(0, Math.max(0, asides.length + 1 - this.#keepFiles));
    for (const number of old) await rm(this.#aside(number), { force: true });
    await syncDirectory(dirname(this.#path));
  }

  #aside(number: number): string {
    return join(dirname(this.#path), `${basename(this.#path, '.jsonl')}.${number}.jsonl`);
  }

  /** The numbers of those that were put aside, oldest first. */
  async #asides(): Promise<readonly number[]> {
    const begin = `${basename(this.#path, '.jsonl')}.`;
    const names = await readdir(dirname(this.#path));
    return names
      .filter((name) => name.startsWith(begin) && /^\d+\.jsonl$/.test(name.slice(begin.length)))
      .map((name) => Number(name.slice(begin.length, -'.jsonl'.length)))
      .sort((a, b) => a - b);
  }
}

/** Bytes up to and with the last end of a line: what follows was torn. */
async function wholeBytes(handle: FileHandle): Promise<number> {
  const buffer = Buffer.alloc(chunkBytes);
  for (let end = (await handle.stat()).size; end > 0;) {
    const start = Math.max(0, end - chunkBytes);
    await handle.read(buffer, 0, end - start, start);
    const found = buffer.subarray(0, end - start).lastIndexOf(0x0a);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}

function noneIfMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
}
