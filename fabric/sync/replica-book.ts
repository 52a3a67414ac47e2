import { applyPatch, rebase } from '../record/merge.ts';
import type { WireError } from '../error.ts';
import { noEffect } from '../record/flow.ts';
import { nextState, objection } from '../record/next-state.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId, replicaHost, type Op } from '../record/op.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { ObjectTable } from '../store/object-table.ts';
import { isMark, isPending, isRefused, isState, SoundRecords } from './sound-records.ts';
import type { StateBlocks } from './state-blocks.ts';
import type { RefusedOp, ReplicaOptions } from './sync-api.ts';

/** An op in the outbox. It stays there until its effect is in what the authority confirmed here. */
export interface PendingOp {
  readonly op: Op;
  /** who owns what it creates, as far as is known here */
  readonly owner: string;
}

/** The op that a request made, as it is kept to answer the request again. */
export interface RequestedOp {
  readonly op: Op;
  readonly asks: string;
  /** why the op counts for nothing, once it was dismissed */
  readonly ended?: WireError;
}

/** The names of a partition's collections at a replica. */
export interface ReplicaCollections {
  readonly objects: string;
  readonly blocks: string;
  readonly outbox: string;
  readonly refused: string;
  readonly marks: string;
  readonly requests: string;
  readonly damaged: string;
}

export function replicaCollections(partition: string): ReplicaCollections {
  return {
    objects: `objects/${partition}`,
    blocks: `blocks/${partition}`,
    outbox: `outbox/${partition}`,
    refused: `refused/${partition}`,
    marks: `marks/${partition}`,
    requests: `requests/${partition}`,
    damaged: `damaged/${partition}`,
  };
}

/** The state that a pending op makes of another one; the same where it cannot be applied. */
export function project(current: ObjectState | undefined, { op, owner }: PendingOp): ObjectState | undefined {
  if (objection(op, current) !== null) return current;
  const fields = projected(current, op);
  return nextState({
    current,
    op,
    fields,
    schemaVersion: Math.max(op.schemaVersion, current?.schemaVersion ?? 0),
    flow: noEffect,
    owner,
    seq: 0,
    nowMs: op.atMs,
  });
}

/** An op of a newer build brings the object's new shape with it; that too is only the authority's to merge. */
function projected(current: ObjectState | undefined, { patch, schemaVersion }: Op): PlainRecord {
  if (current === undefined || current.schemaVersion < schemaVersion) return applyPatch(current?.fields ?? {}, patch);
  return rebase(current.fields, patch).fields;
}

const none: readonly PendingOp[] = [];

/** What a replica knows: what was confirmed, what is pending, and what both make visible. All of it is durable. */
export class ReplicaBook {
  readonly confirmed: ObjectTable = new ObjectTable();
  readonly visible: ObjectTable = new ObjectTable();
  /** where the confirmed states lie */
  readonly blocks: StateBlocks;
  /** by counter, in counter order */
  readonly outbox: Map<number, PendingOp> = new Map();
  readonly refused: Map<string, RefusedOp> = new Map();
  /**
   * under which ops are made here: the host's name, or `<host>~<n>` after the n-th fork. A host that has another name
   * than before goes on under the former one until what it made under that is decided
   */
  replica: string;
  /** of the latest op made here */
  counter = 0;
  /** counter up to which the authority's decisions are known here */
  decided = 0;
  cursor: string | null = null;
  /** the opening of the authority's database that spoke last; '' while none has */
  life = '';
  /** seq at which an op in the outbox was accepted */
  readonly acceptedSeq: Map<number, number> = new Map();
  /** by object, then by counter, in counter order */
  readonly #byObject = new Map<string, Map<number, PendingOp>>();

  constructor(replica: string, blocks: StateBlocks) {
    this.replica = replica;
    this.blocks = blocks;
  }

  pendingOf(id: string): readonly PendingOp[] {
    const pending = this.#byObject.get(id);
    return pending === undefined ? none : [...pending.values()];
  }

  addPending(pending: PendingOp): void {
    const { counter, id } = pending.op;
    this.outbox.set(counter, pending);
    const siblings = this.#byObject.get(id) ?? new Map<number, PendingOp>();
    this.#byObject.set(id, siblings.set(counter, pending));
  }

  removePending(counter: number): void {
    const id = this.outbox.get(counter)?.op.id ?? '';
    this.outbox.delete(counter);
    this.acceptedSeq.delete(counter);
    const siblings = this.#byObject.get(id);
    siblings?.delete(counter);
    if (siblings?.size === 0) this.#byObject.delete(id);
  }

  /** Puts what is pending on top of what is confirmed anew. */
  rebase(id: string): ObjectState | undefined {
    let state = this.confirmed.get(id);
    for (const pending of this.pendingOf(id)) state = project(state, pending);
    if (state === undefined) this.visible.delete(id);
    else this.visible.set(state);
    return state;
  }
}

/**
 * Reads what a host's replica knew when it was last running. What is damaged is put aside and told; where a mark or a
 * change went with it, the numbers do not fit the authority's any more, which a fork mends.
 */
export async function loadReplicaBook(
  { datasource, replica: host, partition, blockStates, onError }: ReplicaOptions,
  names: ReplicaCollections,
): Promise<ReplicaBook> {
  const records = new SoundRecords(datasource);
  const [blocks, { StateBlocks: Blocks }, marks, outbox, own, refused] = await Promise.all([
    records.texts(names.blocks),
    import(/* webpackChunkName: "blocks" */ './state-blocks.ts'),
    records.all(names.marks, isMark),
    records.all(names.outbox, isPending),
    records.all(names.objects, isState),
    records.all(names.refused, isRefused),
  ]);
  const [first] = outbox.values();
  const ownName = first?.op.replica ?? ownReplica(host, marks.get('replica'));
  const book = new ReplicaBook(ownName, new Blocks(names, blockStates));
  const mend = async (): Promise<void> => {
    try {
      const { putAside } = await import(/* webpackChunkName: "damage" */ './replica-damage.ts');
      const modelName = partition.slice(partition.indexOf('/') + 1);
      const damage = await putAside(records, { datasource, names, modelName, replica: book.replica });
      if (damage !== null) onError(damage);
    } catch (error) {
      onError(error);
    }
  };
  let isOpen = false;
  book.blocks.load({
    blocks,
    own,
    confirmed: book.confirmed,
    onDamaged(damaged) {
      records.leaveOut(damaged);
      book.cursor = null;
      if (isOpen) void mend();
    },
  });
  book.visible.begin(book.confirmed);
  for (const pending of outbox.values()) book.addPending(pending);
  for (const each of refused.values()) book.refused.set(opId(each.op), each);
  const counter = marks.get('counter');
  const cursor = marks.get('cursor');
  const [firstCounter] = book.outbox.keys();
  book.counter = Math.max(typeof counter === 'number' ? counter : 0, lastCounter(book));
  book.life = String(marks.get('life') ?? '');
  book.cursor = typeof cursor === 'string' && records.isWhole ? cursor : null;
  book.decided = firstCounter === undefined ? book.counter : firstCounter - 1;
  for (const { op } of book.outbox.values()) book.rebase(op.id);
  if (!records.isWhole) await mend();
  isOpen = true;
  return book;
}

/** The highest number that an op has which is known here under the replica's name: it is not used again. */
function lastCounter({ replica, outbox, refused }: ReplicaBook): number {
  let last = 0;
  const note = ({ op }: { readonly op: Op }): void => {
    if (op.replica === replica) last = Math.max(last, op.counter);
  };
  outbox.forEach(note);
  refused.forEach(note);
  return last;
}

function ownReplica(host: string, kept: Plain | undefined): string {
  return typeof kept === 'string' && replicaHost(kept) === host ? kept : host;
}
