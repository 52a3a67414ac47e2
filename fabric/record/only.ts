import type { Plain, PlainRecord } from '../plain.ts';
import type { Patch } from './patch.ts';

/** What a change does to these fields, and nothing else. */
export function only({ set, unset, base }: Patch, fields: readonly string[]): Patch {
  const wanted = new Set(fields);
  return { set: pick(set, fields), unset: unset.filter((field) => wanted.has(field)), base: pick(base, fields) };
}

/** These fields of a record, as far as it has them. */
export function pick(record: PlainRecord, fields: readonly string[]): PlainRecord {
  const picked: { [key: string]: Plain } = {};
  for (const field of fields) {
    const value = Object.prototype.hasOwnProperty.call(record, field) ? record[field] : undefined;
    if (value !== undefined) picked[field] = value;
  }
  return picked;
}
