import type { Plain, PlainRecord } from '../plain.ts';
import type { WriteRequest } from './host-api.ts';

/**
 * What a write asks for, in short: equal for equal requests, whatever the order of their keys. It tells a repeated
 * request from another one under the same key.
 */
export function requestText({ kind, id, command, input }: WriteRequest): string {
  return JSON.stringify([kind, id ?? null, command ?? null, hash(JSON.stringify(sorted(input)))]);
}

function sorted(value: Plain): Plain {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Plain) => sorted(item));
  const record = value as PlainRecord;
  const result: { [key: string]: Plain } = {};
  for (const key of Object.keys(record).sort()) result[key] = sorted(record[key] as Plain);
  return result;
}

/** 53 bits, against mistakes only: whoever makes two requests collide deceives himself. @see cyrb53 by bryc, 2018 */
function hash(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}
