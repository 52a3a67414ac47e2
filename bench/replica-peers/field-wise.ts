import type { Plain, PlainRecord } from '@testudo/fabric/plain';

import { fieldsOf } from '../objects.ts';
import { expectObjects, OBJECTS } from './replica-peer.ts';
import type { ReplicaPeer } from './replica-peer.ts';

/** A field's value with the time at which it was set: what one replica tells the others, and what it keeps. */
type Cell = readonly [value: Plain, stamp: string];

/** What one replica tells the others of one object. */
interface Message {
  readonly id: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

type Objects = Map<string, Map<string, Cell>>;

/** A hybrid logical clock as a text that sorts as time does: never behind the machine's, always ahead of what it gave. */
function hybridClock(node: string): () => string {
  let lastMs = 0;
  let count = 0;
  return () => {
    const ms = Date.now();
    count = ms > lastMs ? 0 : count + 1;
    lastMs = Math.max(ms, lastMs);
    return `${lastMs.toString(36)}:${count.toString(36).padStart(5, '0')}:${node}`;
  };
}

function merge(objects: Objects, { id, cells }: Message): void {
  let known = objects.get(id);
  if (known === undefined) objects.set(id, (known = new Map()));
  for (const field of Object.keys(cells)) {
    const cell = cells[field] as Cell;
    const former = known.get(field);
    if (former === undefined || cell[1] > former[1]) known.set(field, cell);
  }
}

type Stamps = (fields: PlainRecord, next: () => string) => Message['cells'];

const stampEach: Stamps = (fields, next) => {
  const cells: Record<string, Cell> = {};
  for (const field of Object.keys(fields)) cells[field] = [fields[field] as Plain, next()];
  return cells;
};

const stampOnce: Stamps = (fields, next) => {
  const stamp = next();
  return stampEach(fields, () => stamp);
};

function peer(name: string, stamps: Stamps): ReplicaPeer {
  const write = (): { readonly objects: Objects; readonly texts: readonly string[] } => {
    const objects: Objects = new Map();
    const texts: string[] = [];
    const next = hybridClock('browser-1');
    for (let index = 0; index < OBJECTS; index++) {
      const message = { id: `i${index}`, cells: stamps(fieldsOf(index), next) };
      merge(objects, message);
      texts.push(JSON.stringify(message));
    }
    return { objects, texts };
  };
  return {
    name,
    write,
    record() {
      const { texts } = write();
      return () => {
        const objects: Objects = new Map();
        for (const text of texts) merge(objects, JSON.parse(text) as Message);
        expectObjects(objects.size);
        return objects;
      };
    },
  };
}

/**
 * The floor: the last writer wins in each field, by a hybrid clock. It encodes what others get, and checks, keeps,
 * judges and tells nothing.
 */
export const fieldWise: ReplicaPeer = peer('floor: last writer wins by field', stampEach);

/** The same where the fields that are written together share their time. */
export const fieldWiseOneStamp: ReplicaPeer = peer('the same, one time for each write', stampOnce);
