import type { AccessControlList } from '../../access/authorize.ts';
import { isRecord } from '../is-record.ts';
import { modelKeys } from '../spec-keys.ts';
import type { Drops } from './drops.ts';

const everyOperation = ['read', 'create', 'write', 'delete'];

/**
 * The operation grammar of an older access control list, which names operations by who may: `deny` wins. An entry that is
 * of that grammar already stays. Without a list the owner reads and writes. `write` covers `create` and `delete` where these are not named, as it does here.
 */
export function legacyAccess(given: unknown, drops: Drops): AccessControlList {
  if (!isRecord(given)) {
    drops.warnings.push('it has no accessControlList: its owner alone reads and writes');
    return { read: ['owner'], write: ['owner'] };
  }
  const allowed: { [operation: string]: string[] } = {};
  const denied: { [operation: string]: string[] } = {};
  for (const name of Object.keys(given)) {
    const entry = given[name];
    if (Array.isArray(entry) && modelKeys['accessControlList']?.test({ [name]: entry })) {
      allowed[name] = [...(allowed[name] ?? []), ...(entry as string[])];
      continue;
    }
    const who = whoIs(name, isRecord(entry) ? entry['type'] : undefined);
    if (!isRecord(entry) || who === null) drops.keys.push(`accessControlList.${name}`);
    else {
      add(allowed, operationsOf(entry['allow']), who);
      add(denied, operationsOf(entry['deny']), `!${who}`);
    }
  }
  return withDenials(allowed, denied);
}

/** A denial stands beside what allows; an operation that `write` covers needs its own rule for that. */
function withDenials(
  allowed: { readonly [operation: string]: readonly string[] },
  denied: { readonly [operation: string]: readonly string[] },
): AccessControlList {
  const rules: { [operation: string]: readonly string[] } = { ...allowed };
  for (const operation of Object.keys(denied)) {
    const isCovered = operation === 'create' || operation === 'delete';
    const may = allowed[operation] ?? (isCovered ? allowed['write'] : undefined) ?? [];
    rules[operation] = may.concat(denied[operation] ?? []);
  }
  return rules;
}

/** `null` for a relation other than the owner: nobody is let in by what cannot be told. */
function whoIs(name: string, given: unknown): string | null {
  const type = typeof given === 'string' ? given.toLowerCase() : given;
  if (name === 'owner' || name === 'tenant' || name === 'anyone') return name;
  if (/[\s:]/.test(name) || name === '' || type === 'relation') return null;
  return type === 'user' ? `user:${name}` : `role:${name}`;
}

function operationsOf(given: unknown): readonly string[] {
  const texts = (Array.isArray(given) ? given : [given]).filter((name): name is string => typeof name === 'string');
  const names = texts.reduce<readonly string[]>((all, text) => all.concat(text.split(/[\s,]+/)), []);
  return names
    .filter((name) => name !== '')
    .reduce<readonly string[]>(
      (all, name) => all.concat(name === '*' ? everyOperation : name === 'update' ? 'write' : name),
      [],
    );
}

function add(rules: { [operation: string]: string[] }, operations: readonly string[], who: string): void {
  for (const operation of operations) rules[operation] = [...(rules[operation] ?? []), who];
}
