import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { crc32 } from './crc32.ts';
import type { Entry, RangeOptions, Write } from './datasource.ts';

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;

/** What a text with a sum begins with, which no JSON does. */
const SUMMED = '~';
/** of that and the eight hex digits of the sum */
export const headLength = 9;

/** A write as every datasource of ours keeps it: the value as text, `undefined` for a removal. */
export interface EncodedWrite {
  readonly collection: string;
  readonly key: string;
  readonly text: string | undefined;
}

function encodeValue({ collection, key, value, isText }: Write): string {
  if (isText) return value as string;
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

/**
 * The sum of a record: of where it lies too, so that one found under another key is not taken for that one's. Of a text
 * with several lines it is that of the first: what reads the others has sums of its own for them.
 */
function sumOf(collection: string, key: string, json: string): string {
  const end = json.indexOf('\n');
  const sum = crc32(end < 0 ? json : json.slice(0, end), crc32(`${collection}\n${key}\n`));
  return SUMMED + sum.toString(16).padStart(headLength - 1, '0');
}

/**
 * The same writes as `encodeWrites`, for a store that can be damaged: each text begins with `~` and the CRC-32 of its
 * collection, key and JSON. @throws TestudoError `BAD_REQUEST`
 */
export function encodeSummed(writes: readonly Write[]): readonly EncodedWrite[] {
  return encodeWrites(writes).map((write) => {
    const { collection, key, text } = write;
    return text === undefined ? write : { collection, key, text: sumOf(collection, key, text) + text };
  });
}

/** The JSON of a stored text, or `undefined` when it is not the one that was summed. Older texts have no sum. */
function jsonOf(collection: string, key: string, text: string): string | undefined {
  if (!text.startsWith(SUMMED)) return text;
  const json = text.slice(headLength);
  return text.slice(0, headLength) === sumOf(collection, key, json) ? json : undefined;
}

/**
 * The value of a stored text, or its JSON text, which is read only where there is no sum to vouch for it.
 * @throws TestudoError `CORRUPT` when it is not what was written for this key
 */
export function decodeRecord(collection: string, key: string, text: string, asText: boolean = false): Plain {
  let cause: unknown = 'its sum is another one';
  try {
    const json = jsonOf(collection, key, text);
    if (asText && json !== undefined && json !== text) return json;
    if (json !== undefined) return asText ? (JSON.parse(json), json) : (JSON.parse(json) as Plain);
  } catch (error) {
    cause = error;
  }
  const message = `the record ${collection} ${key} is not as it was written; restore it from a backup`;
  throw new TestudoError('CORRUPT', message, { cause });
}

/** The entries of a range's stored texts. @throws TestudoError `CORRUPT` for a damaged one, unless `onDamaged` is there to take it */
export function decodeEntries(
  collection: string,
  rows: readonly { readonly key: string; readonly text: string }[],
  { onDamaged, asText }: RangeOptions,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { key, text } of rows) {
    try {
      entries.push({ key, value: decodeRecord(collection, key, text, asText) });
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
