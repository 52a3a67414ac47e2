import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Plain } from '../plain.ts';
import type { Datasource, Entry, Write } from '../store/datasource.ts';
import { numberKey, opKey } from './keys.ts';
import { readAll } from './read-all.ts';
import type { PendingOp } from './replica-book.ts';
import type { RefusedOp } from './sync-api.ts';

/** Whether the value under a key is a record of its collection, as far as running on depends on it. */
export type IsSound<T> = (value: unknown, key: string) => value is T;

type Kind = 'string' | 'number' | 'object' | 'list' | 'null';

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** Whether a value is a record whose entries are of these kinds. */
export function fits<T extends string>(
  value: unknown,
  kinds: { readonly [key in T]: Kind },
): value is { readonly [key in T]: unknown } {
  if (kindOf(value) !== 'object') return false;
  return (Object.keys(kinds) as T[]).every(
    (key) => kindOf((value as { readonly [key in T]: unknown })[key]) === kinds[key],
  );
}

/** A confirmed state. */
export const isState: IsSound<ObjectState> = (value, key): value is ObjectState => {
  const text = 'string';
  const count = 'number';
  const state = { id: text, modelName: text, owner: text, version: count, seq: count, schemaVersion: count } as const;
  if (!fits(value, { ...state, fields: 'object' }) || value.id !== key) return false;
  const { flow } = value as { readonly flow?: unknown };
  if (flow === null) return true;
  if (!fits(flow, { due: 'list', done: 'list' })) return false;
  const { compensation } = flow as { readonly compensation?: unknown };
  return compensation === undefined || fits(compensation, { left: 'list' });
};

/** Whether a value is a record with an op. */
export function hasOp(value: unknown): value is PendingOp {
  const { op } = (value ?? {}) as { readonly op?: unknown };
  if (!fits(op, { id: 'string', kind: 'string', replica: 'string', patch: 'object' })) return false;
  return fits(op.patch, { set: 'object', base: 'object', unset: 'list' });
}

/** An op in the outbox. */
export const isPending: IsSound<PendingOp> = (value, key): value is PendingOp =>
  hasOp(value) && numberKey(value.op.counter) === key;

/** A refused op. */
export const isRefused: IsSound<RefusedOp> = (value, key): value is RefusedOp =>
  hasOp(value) && opKey(value.op.replica, value.op.counter) === key && fits(value, { error: 'object' });

/** A mark; whoever reads one looks at its type. */
export const isMark: IsSound<Plain> = (_value): _value is Plain => true;

/** A record that was left out. */
export interface Damaged {
  readonly collection: string;
  readonly key: string;
  /** as it was found */
  readonly text: string;
}

/** Reads a partition's records. What is damaged costs only itself: it is left out, and can be put aside afterwards. */
export class SoundRecords {
  readonly #datasource: Datasource;
  readonly #damaged: Damaged[] = [];

  constructor(datasource: Datasource) {
    this.#datasource = datasource;
  }

  /** The sound records of a collection by their keys, in key order, frozen. */
  async all<T>(collection: string, isSound: IsSound<T>): Promise<ReadonlyMap<string, T>> {
    const sound = new Map<string, T>();
    for (const { key, value } of await this.#read(collection)) {
      if (isSound(value, key)) sound.set(key, deepFreeze(value as T & object));
      else this.leaveOut({ collection, key, text: JSON.stringify(value) });
    }
    return sound;
  }

  /** The JSON texts of a collection, in key order; whoever reads them leaves out what is not sound. */
  texts(collection: string): Promise<readonly Entry[]> {
    return this.#read(collection, true);
  }

  leaveOut(damaged: Damaged): void {
    this.#damaged.push(damaged);
  }

  #read(collection: string, asText?: true): Promise<readonly Entry[]> {
    return readAll(this.#datasource, collection, (each) => this.leaveOut({ collection, ...each }), asText);
  }

  /** Whether nothing was left out, but what was moved. */
  get isWhole(): boolean {
    return this.#damaged.length === 0;
  }

  /** What was left out, of one collection or of all. */
  damaged(collection?: string): readonly Damaged[] {
    return this.#damaged.filter((each) => collection === undefined || each.collection === collection);
  }

  /** Moves what was left out to another collection, under keys that say where it lay, and knows of it no more. */
  moves(into: string): readonly Write[] {
    return this.#damaged.splice(0).flatMap<Write>(({ collection, key, text }) => [
      { collection, key, value: undefined },
      { collection: into, key: `${collection} ${key}`, value: text },
    ]);
  }
}
