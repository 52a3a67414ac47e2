import { TestudoError } from '../error.ts';
import type { HandedOver } from '../record/hand-over.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import type { Plain } from '../plain.ts';
import type { DamagedEntry, Datasource, Write } from '../store/datasource.ts';
import type { DecidedOp, KnownRequest } from './authority-book.ts';
import { authorityCollections } from './authority-collections.ts';
import { asPlain, numberKey } from './keys.ts';
import { readAll, readEach } from './read-all.ts';
import { replicaCollections, type PendingOp, type RequestedOp } from './replica-book.ts';

export interface HandOverOptions {
  readonly datasource: Datasource;
  readonly partition: string;
  /** the replica id under which the objects are handed over: the host's name */
  readonly replica: string;
  /** the user who is signed in: whose they will be */
  readonly owner: string;
  /** records that one commit takes at most; default 500 */
  readonly pageSize?: number;
  now(): number;
  /** Told of objects that were damaged, and are handed over no more: `CORRUPT`, with their ids. */
  onError(error: TestudoError): void;
}

/**
 * Makes a replica's records of those of an authority: each object that its host kept and numbered by itself becomes an
 * op in the outbox, with its id, its present fields and its flow; requests that made them find them there. What the
 * former log holds goes, and what was kept to answer other hosts; the objects' history and what was damaged stay. Each commit leaves a whole state behind, and the next start goes on
 * from there; where this host was no authority of the partition, nothing is read but its marks.
 */
export async function handOver(options: HandOverOptions): Promise<void> {
  const { datasource, partition } = options;
  const names = authorityCollections(partition);
  const damaged: string[] = [];
  const marks = await readAll(datasource, names.marks, ({ key }) => void damaged.push(key));
  const sound = marks.filter(({ value }) => isAuthorityMark(value)).map(({ key }) => key);
  const isDone = sound.length === 0 && (damaged.length === 0 || !(await hasAny(datasource, names.log)));
  if (isDone) return;
  const counter = marks.find(({ key }) => key === 'counter')?.value;
  const latest = typeof counter === 'number' ? counter : await lastOf(datasource, replicaCollections(partition).outbox);
  await new HandOver(options, latest).run([...sound, ...damaged]);
}

/** A replica keeps no log: where there is one, a damaged mark may be an authority's. */
async function hasAny(datasource: Datasource, collection: string): Promise<boolean> {
  let isFound = false;
  const found = await datasource.range(collection, { limit: 1, onDamaged: () => void (isFound = true) });
  return isFound || found.length > 0;
}

/** The number of the latest op that is in an outbox already, where the mark that tells it is damaged; 0: there is none. */
async function lastOf(datasource: Datasource, outbox: string): Promise<number> {
  let last = 0;
  const note = ({ key }: { readonly key: string }): void => void (last = Math.max(last, Number(key)));
  await readEach(datasource, { collection: outbox, visit: note, onDamaged: note });
  return last;
}

/** An authority keeps a record for each replica, a replica plain values. */
function isAuthorityMark(value: Plain): boolean {
  return typeof value === 'object' && value !== null && 'mark' in value;
}

class HandOver {
  readonly #options: HandOverOptions;
  #counter: number;
  readonly #lost: string[] = [];

  constructor(options: HandOverOptions, counter: number) {
    this.#options = options;
    this.#counter = counter;
  }

  /** @param former the authority's marks, which go last: as long as they are there, this has not ended */
  async run(former: readonly string[]): Promise<void> {
    const { partition } = this.#options;
    const { objects, log, ops, requests, marks, floor, packed, gone, terms } = authorityCollections(partition);
    await this.#eachPage(objects, (page) => this.#moved(page));
    const handed = await this.#handedOver();
    await this.#eachPage(requests, (page) => this.#answered(page, handed), isAuthorityRequest);
    for (const collection of [log, ops, packed, gone, terms, floor]) await this.#eachPage(collection, () => []);
    await this.#options.datasource.commit(former.map((key) => ({ collection: marks, key, value: undefined })));
  }

  /** Takes a collection away, page by page, each with what it becomes. What is damaged is put aside. */
  async #eachPage(
    collection: string,
    become: (page: readonly Kept[]) => readonly Write[] | Promise<readonly Write[]>,
    isTaken: (key: string) => boolean = () => true,
  ): Promise<void> {
    const { datasource, partition, pageSize = 500 } = this.#options;
    for (let after: string | undefined, more = true; more;) {
      const damaged: DamagedEntry[] = [];
      const page = await datasource.range(collection, {
        limit: pageSize,
        onDamaged: (entry) => void damaged.push(entry),
        ...(after === undefined ? {} : { after }),
      });
      const taken = page.filter(({ key }) => isTaken(key));
      const keys = [...taken, ...damaged].map(({ key }) => key);
      const aside = damaged.map(({ key, text }): Write => {
        return { collection: replicaCollections(partition).damaged, key: `${collection} ${key}`, value: text };
      });
      const gone = keys.map((key): Write => ({ collection, key, value: undefined }));
      this.#tellOf(collection, damaged);
      if (keys.length > 0) await datasource.commit([...gone, ...aside, ...(await become(taken))]);
      after = [...page, ...damaged].reduce((last, { key }) => (key > last ? key : last), after ?? '');
      more = page.length + damaged.length === pageSize;
    }
  }

  /** Before it is put aside: nobody would hear of it later. */
  #tellOf(collection: string, damaged: readonly DamagedEntry[]): void {
    const { partition, onError } = this.#options;
    if (damaged.length === 0 || collection !== authorityCollections(partition).objects) return;
    const ids = this.#lost;
    ids.push(...damaged.map(({ key }) => key));
    const modelName = partition.slice(partition.indexOf('/') + 1);
    const message = `What this device kept of ${modelName} was damaged (${ids.slice(0, 3).join(', ')}), and is not handed over; make it again`;
    onError(new TestudoError('CORRUPT', message, { data: { modelName, ids: [...ids] } }));
  }

  #moved(page: readonly Kept[]): readonly Write[] {
    const { outbox, marks } = replicaCollections(this.#options.partition);
    const states = page.map(({ value }) => value as unknown as ObjectState).filter(({ deleted }) => !deleted);
    const writes = states.map((state): Write => {
      this.#counter += 1;
      const pending: PendingOp = { op: this.#opOf(state), owner: this.#options.owner };
      return { collection: outbox, key: numberKey(this.#counter), value: asPlain(pending) };
    });
    return [...writes, { collection: marks, key: 'counter', value: this.#counter }];
  }

  #opOf(state: ObjectState): Op {
    const { replica, partition, now } = this.#options;
    return { replica, counter: this.#counter, partition, ...handOverDraft(state, { requestId: '', atMs: now() }) };
  }

  async #handedOver(): Promise<ReadonlyMap<string, Op>> {
    const { outbox } = replicaCollections(this.#options.partition);
    const pending = await readAll(this.#options.datasource, outbox, () => undefined);
    const ops = pending.map(({ value }) => (value as unknown as PendingOp).op);
    return new Map(ops.filter(({ kind }) => kind === 'hand-over').map((op) => [op.id, op]));
  }

  /** A request that is asked again is answered with the object that it made, or changed. */
  async #answered(page: readonly Kept[], handed: ReadonlyMap<string, Op>): Promise<readonly Write[]> {
    const { datasource, partition } = this.#options;
    const { ops } = authorityCollections(partition);
    const writes = page.map(async ({ value }): Promise<readonly Write[]> => {
      const { opId, asks } = value as KnownRequest;
      const decided = (await datasource.get(ops, opId)) as unknown as DecidedOp | undefined;
      const op = handed.get(decided?.op.id ?? '');
      const requestId = decided?.op.requestId ?? '';
      if (op === undefined || asks === undefined || requestId.startsWith('flow:')) return [];
      const requested: RequestedOp = { op, asks };
      return [{ collection: replicaCollections(partition).requests, key: requestId, value: asPlain(requested) }];
    });
    return (await Promise.all(writes)).flat();
  }
}

/** The op by which an object is handed over as it is, with its id, its fields and its flow. */
export function handOverDraft(
  { id, modelName, schemaVersion, fields, createdMs, flow }: ObjectState,
  made: Pick<Op, 'requestId' | 'atMs'>,
): Omit<Op, 'replica' | 'counter' | 'partition'> {
  const input: HandedOver = { createdMs, flow };
  const patch = { set: fields, unset: [], base: {} };
  return {
    ...{ modelName, id, kind: 'hand-over', command: null, input: asPlain(input), schemaVersion, baseVersion: 0 },
    ...{ patch, step: null, ...made },
  };
}

interface Kept {
  readonly key: string;
  readonly value: Plain;
}

/** An authority's requests are known by their user and key, as JSON. */
function isAuthorityRequest(key: string): boolean {
  return key.startsWith('["');
}
