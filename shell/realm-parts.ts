import { TestudoError } from '@testudo/fabric/error';

import { partDoor } from './bring-part.ts';
import type { RealmParts } from './bring-part.ts';

/** What a realm's worker loads parts of its program with. */
export interface PartsOptions {
  readonly global: object;
  /** Runs a file of the shell at once. @throws what its fetching or its code throws */
  runScript(url: string): void;
}

/** Gives a part of the realm's program; its script runs at the first call only. */
export type LoadPart = <Name extends keyof RealmParts>(name: Name) => RealmParts[Name];

/**
 * Loads parts when they are needed. A part's script runs synchronously, and the door by which it hands itself over is
 * open only meanwhile: remote code of the realm gets no turn.
 * @returns a function that throws TestudoError `UNAVAILABLE` when a part cannot be fetched, or remote code has taken the
 * door's name; it may be tried again
 */
export function createParts(options: PartsOptions): LoadPart {
  const loaded = new Map<string, unknown>();
  return <Name extends keyof RealmParts>(name: Name) => {
    if (!loaded.has(name)) loaded.set(name, run(name, options));
    return loaded.get(name) as RealmParts[Name];
  };
}

function run(name: string, { global, runScript }: PartsOptions): unknown {
  let part: unknown;
  const enter = (given: unknown): void => {
    part = given;
  };
  try {
    Object.defineProperty(global, partDoor, { value: enter, configurable: true });
    runScript(`${name}.js`);
  } catch (cause) {
    throw new TestudoError('UNAVAILABLE', `${name}.js of the shell did not load; is its origin in reach?`, { cause });
  } finally {
    Reflect.deleteProperty(global, partDoor);
  }
  if (part !== undefined) return part;
  throw new TestudoError('UNAVAILABLE', `${name}.js of the shell brought nothing; was it changed?`);
}
