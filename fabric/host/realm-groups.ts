import { TestudoError } from '../error.ts';

/**
 * Which remotes' code shares a realm: realm name -> patterns. `order` is that remote, `acme-*` every one whose name
 * begins so, `acme/*` every one of the publisher `acme`, `*` all others.
 */
export type RealmGroups = { readonly [realm: string]: readonly string[] };

interface Grouped {
  readonly name: string;
  readonly publisher?: string;
}

/**
 * The realm that a remote's code runs in: an exact name goes before a publisher, that before the longest beginning of
 * a name, that before `*`.
 * @throws TestudoError `CONFIG_INVALID` where no pattern takes it
 */
export function realmFor(groups: RealmGroups, remote: Grouped): string {
  let found: { readonly realm: string; readonly rank: number } | null = null;
  for (const realm of Object.keys(groups)) {
    for (const pattern of groups[realm] ?? []) {
      const rank = rankOf(pattern, remote);
      if (rank > (found?.rank ?? -1)) found = { realm, rank };
    }
  }
  if (found) return found.realm;
  throw new TestudoError('CONFIG_INVALID', `no realm takes the remote ${remote.name}; add "*" to one of realms`);
}

/** How closely a pattern names a remote; -1 when it does not. */
function rankOf(pattern: string, { name, publisher }: Grouped): number {
  if (pattern === name) return 1000;
  if (publisher !== undefined && pattern === `${publisher}/*`) return 999;
  const beginning = pattern.slice(0, -1);
  return pattern.charAt(beginning.length) === '*' && name.startsWith(beginning) ? beginning.length : -1;
}
