import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import { asPlain } from './keys.ts';
import { textDigest } from './text-digest.ts';

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
 * A digest of an op's content: equal ops have equal ones. It tells a repeated op from another one under its number.
 */
export function opDigest(op: Op): string {
  return textDigest(canonical(asPlain(op)));
}
