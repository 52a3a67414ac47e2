import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

import type { EncodedWrite } from '@testudo/fabric/store/record-codec';

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
 */
export async function openJournal(
  path: string,
): Promise<{ readonly journal: Journal; readonly kept: readonly EncodedWrite[] }> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const content = await file.readFile('utf8');
  const kept: EncodedWrite[] = [];
  let sound = 0;
  for (let end = content.indexOf('\n'); end >= 0; end = content.indexOf('\n', sound)) {
    const frame = frameOf(content.slice(sound, end));
    if (frame === undefined) break;
    for (const [collection, key, text] of frame) kept.push({ collection, key, text: text ?? undefined });
    sound = end + 1;
  }
  const sizeBytes = Buffer.byteLength(content.slice(0, sound));
  await file.truncate(sizeBytes);
  return { journal: journalOn(file, sizeBytes), kept };
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
