import { openDB } from 'idb';

import type { ConnectionOptions } from '../indexeddb-connection.ts';

export type OpenDb = NonNullable<ConnectionOptions['openDb']>;

/** What a transaction of idb tells of its end. */
export interface Ending {
  readonly done: Promise<void>;
}

/** An object with other members in place of some of its own; its methods run on it as they did. */
export function withMembers<T extends object>(target: T, members: { readonly [name: string]: unknown }): T {
  return new Proxy(target, {
    get(_target, key) {
      if (typeof key === 'string' && key in members) return members[key];
      const found: unknown = Reflect.get(target, key, target);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
}

/**
 * An `openDB` whose databases ask before each call of theirs.
 * @param onCall makes the call by `run`, and answers in its place; `given` are its arguments
 */
export function openDbThrough(
  onCall: (method: string, given: readonly unknown[], run: () => unknown) => unknown,
): OpenDb {
  return async (...asked) => {
    const database = await openDB(...asked);
    return new Proxy(database, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key, target);
        if (typeof found !== 'function') return found;
        return (...given: unknown[]) => onCall(String(key), given, () => Reflect.apply(found, target, given));
      },
    });
  };
}
