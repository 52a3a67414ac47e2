import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Entry, RangeOptions, Write } from './datasource.ts';

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;

/** A write as every datasource of ours keeps it: the value as JSON text, `undefined` for a removal. */
export interface EncodedWrite {
  readonly collection: string;
  readonly key: string;
  readonly text: string | undefined;
}

function encodeValue({ collection, key, value }: Write): string {
  const refusal = `the value for ${collection} ${key} is not plain JSON; write null, booleans, numbers, strings, arrays and records only`;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new TestudoError('BAD_REQUEST', refusal, { cause });
  }
  if (text === undefined) throw new TestudoError('BAD_REQUEST', refusal);
  return text;
}

/** Turns writes into text at the moment of the call, so that a caller may change its values afterwards. @throws TestudoError `BAD_REQUEST` */
export function encodeWrites(writes: readonly Write[]): readonly EncodedWrite[] {
  return writes.map((write) => ({
    collection: write.collection,
    key: write.key,
    text: write.value === undefined ? undefined : encodeValue(write),
  }));
}

/** The value of a stored text. @throws TestudoError `CORRUPT` when it is not what `encodeWrites` wrote */
export function decodeRecord(collection: string, key: string, text: string): Plain {
  try {
    return JSON.parse(text) as Plain;
  } catch (cause) {
    throw new TestudoError('CORRUPT', `the record ${collection} ${key} is not readable; restore it from a backup`, {
      cause,
    });
  }
}

/** The entries of a range's stored texts. @throws TestudoError `CORRUPT` for a damaged one, unless `onDamaged` is there to take it */
export function decodeEntries(
  collection: string,
  rows: readonly { readonly key: string; readonly text: string }[],
  { onDamaged }: RangeOptions,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { key, text } of rows) {
    try {
      entries.push({ key, value: decodeRecord(collection, key, text) });
    } catch (error) {
      if (!onDamaged) throw error;
      onDamaged({ key, text: String(text) });
    }
  }
  return entries;
}

/** The limit of a range, or the default. @throws TestudoError `BAD_REQUEST` outside 1..10000 */
export function rangeLimit(options: RangeOptions): number {
  const limit = options.limit ?? DEFAULT_LIMIT;
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new TestudoError('BAD_REQUEST', `a range was asked for ${limit} records; ask for 1 to ${MAX_LIMIT}`);
}

/** What a call on a closed store is answered. */
export function storeClosed(): TestudoError {
  return new TestudoError('UNAVAILABLE', 'the store was closed; open it again');
}
