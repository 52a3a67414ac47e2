import { isRecord } from '../is-record.ts';
import type { KeyRules } from '../spec-keys.ts';
import type { LegacySpec } from './legacy-shape.ts';

/** What normalising leaves out or reads otherwise, to be told once. */
export interface Drops {
  /** keys, as paths */
  readonly keys: string[];
  /** sentences */
  readonly warnings: string[];
}

/**
 * The entries of an older record that the canonical shape takes as they are; those that it does not know, or whose
 * value it would refuse, are noted as dropped.
 * @param done keys that are read otherwise
 */
export function kept(
  given: unknown,
  path: string,
  { rules, drops, done = [] }: { readonly rules: KeyRules; readonly drops: Drops; readonly done?: readonly string[] },
): LegacySpec {
  const result: { [key: string]: unknown } = {};
  if (!isRecord(given)) return result;
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (done.includes(key) || value === undefined) continue;
    const rule = Object.prototype.hasOwnProperty.call(rules, key) ? rules[key] : undefined;
    if (rule?.test(value)) result[key] = value;
    else drops.keys.push(path === '' ? key : `${path}.${key}`);
  }
  return result;
}
