import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import { asPlain } from './keys.ts';

/** The value as text in which the order of keys does not show. */
function canonical(value: Plain): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const record = value as { readonly [key: string]: Plain | undefined };
  const keys = Object.keys(record).filter((key) => record[key] !== undefined);
  const parts = keys.sort().map((key) => `${JSON.stringify(key)}:${canonical(record[key] as Plain)}`);
  return `{${parts.join()}}`;
}

/**
 * 53 bits of an op's content, in base 36: equal ops have equal ones. It tells a repeated op from another one under its
 * number; it protects from nobody who looks for a collision.
 * @see cyrb53, public domain: two multiplicative 32-bit hashes, mixed as in MurmurHash3
 */
export function opDigest(op: Op): string {
  const text = canonical(asPlain(op));
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
}
