import { TestudoError } from '@testudo/fabric/error';

import { partDoor } from './bring-part.ts';
import type { RealmParts } from './bring-part.ts';
import { runScript } from './realm-scripts.ts';

const loaded = new Map<string, unknown>();

/**
 * A part of the realm's program. Its script runs at once: no remote code gets a turn while the door is open.
 * @throws TestudoError `UNAVAILABLE` when it cannot be fetched, or remote code of this realm has taken the door's name
 */
export function loadPart<Name extends keyof RealmParts>(name: Name): RealmParts[Name] {
  if (!loaded.has(name)) loaded.set(name, run(name));
  return loaded.get(name) as RealmParts[Name];
}

function run(name: string): unknown {
  let part: unknown;
  const enter = (given: unknown): void => {
    part = given;
  };
  try {
    Object.defineProperty(globalThis, partDoor, { value: enter, configurable: true });
    runScript(`${name}.js`);
  } catch (cause) {
    throw new TestudoError('UNAVAILABLE', `${name}.js of the shell did not load; is its origin in reach?`, { cause });
  } finally {
    Reflect.deleteProperty(globalThis, partDoor);
  }
  if (part !== undefined) return part;
  throw new TestudoError('UNAVAILABLE', `${name}.js of the shell brought nothing; was it changed?`);
}
