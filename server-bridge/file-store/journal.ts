import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import { TestudoError } from '@testudo/fabric/error';
import type { EncodedWrite } from '@testudo/fabric/store/record-codec';

import { syncDirectory } from '../sync-directory.ts';

/** The writes that are durable and not yet in files of their own. */
export interface Journal {
  readonly sizeBytes: number;
  /** Appends a group of writes; durable when it resolves. Rejects and leaves the journal as it was when the disk refuses. */
  append(writes: readonly EncodedWrite[]): Promise<void>;
  /** Forgets everything; the caller has made it durable elsewhere. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

type Frame = readonly (readonly [collection: string, key: string, text: string | null])[];

const sumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/**
 * Opens a journal and gives back what it holds, oldest first. A line each: the CRC-32 of the rest, a space, JSON. What
 * comes after the first line whose sum is wrong was being written when the process ended: nobody was told that it is kept.
 * @throws TestudoError `CORRUPT` when whole lines follow such a one, which were told to be kept; the file is left as it is
 */
export async function openJournal(
  path: string,
): Promise<{ readonly journal: Journal; readonly kept: readonly EncodedWrite[] }> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const { kept, sizeBytes } = read(path, await file.readFile('utf8'));
    await file.truncate(sizeBytes);
    await syncDirectory(dirname(path));
    return { journal: journalOn(file, sizeBytes), kept };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The whole lines until one that is not sound. */
function read(path: string, content: string): { readonly kept: readonly EncodedWrite[]; readonly sizeBytes: number } {
  const lines = content.split('\n').slice(0, -1);
  const frames = lines.map(frameOf);
  const torn = frames.includes(undefined) ? frames.indexOf(undefined) : frames.length;
  if (frames.slice(torn).some((frame) => frame !== undefined)) throw damaged(path, torn + 1);
  const kept = frames
    .slice(0, torn)
    .flatMap((frame) => frame ?? [])
    .map(([collection, key, text]) => ({ collection, key, text: text ?? undefined }));
  const sizeBytes = lines.slice(0, torn).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  return { kept, sizeBytes };
}

function damaged(path: string, line: number): TestudoError {
  return new TestudoError(
    'CORRUPT',
    `line ${line} of the journal ${path} is not as it was written, and what was kept after it would be lost; restore it from a backup`,
  );
}

function frameOf(line: string): Frame | undefined {
  const json = line.slice(9);
  return line.slice(0, 8) === sumOf(json) ? (JSON.parse(json) as Frame) : undefined;
}

function journalOn(file: FileHandle, sizeAtOpen: number): Journal {
  let sizeBytes = sizeAtOpen;
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async append(writes) {
      const json = JSON.stringify(writes.map(({ collection, key, text }) => [collection, key, text ?? null]));
      const line = Buffer.from(`${sumOf(json)} ${json}\n`);
      try {
        await writeAll(file, line, sizeBytes);
        await file.datasync();
      } catch (error) {
        await file.truncate(sizeBytes);
        throw error;
      }
      sizeBytes += line.length;
    },
    async reset() {
      await file.truncate(0);
      await file.datasync();
      sizeBytes = 0;
    },
    close: () => file.close(),
  };
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
