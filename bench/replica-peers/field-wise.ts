import type { Plain, PlainRecord } from '@testudo/fabric/plain';

import { fieldsOf } from '../objects.ts';
import { expectObjects, OBJECTS } from './replica-peer.ts';
import type { ReplicaPeer } from './replica-peer.ts';

/** A place in the order of all writes of all replicas. */
interface Stamp {
  readonly ms: number;
  readonly count: number;
  readonly node: string;
}

/** What one replica tells the others of a write. */
interface Message {
  readonly id: string;
  readonly stamp: Stamp;
  readonly set: PlainRecord;
}

interface Cell {
  value: Plain;
  stamp: Stamp;
}

type Objects = Map<string, Map<string, Cell>>;

function isLater(one: Stamp, other: Stamp): boolean {
  if (one.ms !== other.ms) return one.ms > other.ms;
  if (one.count !== other.count) return one.count > other.count;
  return one.node > other.node;
}

/** A hybrid logical clock: never behind the machine's, and always ahead of what it gave or saw. */
function hybridClock(node: string): { next(): Stamp; saw(stamp: Stamp): void } {
  let last: Stamp = { ms: 0, count: 0, node };
  return {
    next() {
      const ms = Date.now();
      last = ms > last.ms ? { ms, count: 0, node } : { ms: last.ms, count: last.count + 1, node };
      return last;
    },
    saw(stamp) {
      if (isLater(stamp, last)) last = { ms: stamp.ms, count: stamp.count, node };
    },
  };
}

function merge(objects: Objects, { id, stamp, set }: Message): void {
  let cells = objects.get(id);
  if (cells === undefined) objects.set(id, (cells = new Map()));
  for (const [field, value] of Object.entries(set)) {
    const cell = cells.get(field);
    if (cell === undefined) cells.set(field, { value, stamp });
    else if (isLater(stamp, cell.stamp)) Object.assign(cell, { value, stamp });
  }
}

function writeAll(): { readonly objects: Objects; readonly texts: readonly string[] } {
  const objects: Objects = new Map();
  const texts: string[] = [];
  const clock = hybridClock('browser-1');
  for (let index = 0; index < OBJECTS; index++) {
    const message = { id: `i${index}`, stamp: clock.next(), set: fieldsOf(index) };
    merge(objects, message);
    texts.push(JSON.stringify(message));
  }
  return { objects, texts };
}

/** The floor: the last writer wins in each field, by a hybrid clock. Nothing is checked, kept, judged or told. */
export const fieldWise: ReplicaPeer = {
  name: 'floor: last writer wins by field',
  write: writeAll,
  record() {
    const { texts } = writeAll();
    return () => {
      const objects: Objects = new Map();
      const clock = hybridClock('browser-2');
      for (const text of texts) {
        const message = JSON.parse(text) as Message;
        clock.saw(message.stamp);
        merge(objects, message);
      }
      expectObjects(objects.size);
      return objects;
    };
  },
};
