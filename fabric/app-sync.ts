import type { WireError } from './error.ts';
import type { HeldWrite, RefusedWrite, StorageTrouble } from './host/host-api.ts';

/**
 * How an object stands with its authority. `saved`: changes of it are durable on this device and not sent or not
 * decided, with `held` for as long as they cannot be sent although the host is online; `refused`: one of them was refused and is not dismissed; `synced`: neither.
 */
export type ObjectSync =
  | { readonly state: 'synced' }
  | { readonly state: 'saved'; readonly pending: number; readonly held?: WireError }
  | { readonly state: 'refused'; readonly opId: string; readonly error: WireError };

/** How everything stands that this user changed on this device. */
export interface SyncStanding {
  of(modelName: string, id: string): ObjectSync;
  /** changes that are saved here and not decided by the authority, of every model */
  readonly pending: number;
  /** those that the authority refused, until they are dismissed, in the order in which they were made */
  readonly refused: readonly RefusedWrite[];
  /** those that cannot be sent for now, of every model: its build may have been taken back */
  readonly held: readonly HeldWrite[];
}

/** What this browser keeps for this site, and how long. */
export interface StorageStanding {
  /** bytes that are kept; `null`: the browser does not tell */
  readonly usage: number | null;
  /** bytes that may be kept; `null`: the browser does not tell */
  readonly quota: number | null;
  /** whether the browser keeps it until the user clears it; `false`: it may remove all of it when space is short */
  readonly persisted: boolean | null;
  /** model -> kind of the store that its objects are kept in */
  readonly kinds: { readonly [modelName: string]: string };
  readonly troubles: readonly StorageTrouble[];
}
