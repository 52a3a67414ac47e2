import type { Plain } from '../plain.ts';
import type { DoneStep } from './object-state.ts';
import type { Patch } from './patch.ts';

/** What a model decides about. */
export type IntentKind = 'create' | 'update' | 'delete' | 'command' | 'flow';

/**
 * `take-over`: the authority makes itself the owner of the object's flow; nobody else makes such an op. `hand-over`: a
 * host that was its own authority brings an object to the one that it has joined.
 */
export type OpKind = IntentKind | 'take-over' | 'hand-over';

/**
 * One recorded intent to change one object. `replica` (a host's name, or `<host>~<n>`) and `counter` identify it;
 * counters of one replica in one partition are contiguous from 1.
 */
export interface Op {
  readonly replica: string;
  readonly counter: number;
  /** `<tenant>/<modelName>` */
  readonly partition: string;
  readonly modelName: string;
  readonly id: string;
  readonly kind: OpKind;
  /**
   * the command's name and its argument (`input`), for kind `command`. For `take-over`, `input` is the epoch that ends;
   * for `hand-over`, what the object brings besides its fields (`HandedOver`);
   * for an update whose patch may hold more, the names of the fields that were asked for
   */
  readonly command: string | null;
  readonly input: Plain;
  readonly schemaVersion: number;
  /** the version that the change was made on; 0 for a create */
  readonly baseVersion: number;
  readonly patch: Patch;
  /** for kind `flow`: the step that was run, under the owner's epoch */
  readonly step: (DoneStep & { readonly epoch: number }) | null;
  /** the caller's idempotency key, or '' */
  readonly requestId: string;
  readonly atMs: number;
  /** the id under which it was recorded, where its host goes on under another replica id */
  readonly first?: string;
}

/** `<replica>:<counter>`, unique in a partition. */
export function opId(op: Pick<Op, 'replica' | 'counter'>): string {
  return `${op.replica}:${op.counter}`;
}

/** The host behind a replica id: one whose authority forgot its ops goes on as `<host>~<n>`. */
export function replicaHost(replica: string): string {
  const end = replica.indexOf('~');
  return end < 0 ? replica : replica.slice(0, end);
}

/** The host that made an op, by the op's id. */
export function hostOf(id: string): string {
  return id.split(/[:~]/, 1)[0] ?? '';
}
