import type { QuerySource } from '../store/query-api.ts';
import type { Principal } from '../access/principal.ts';
import type { Disposable } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Op, OpKind } from '../record/op.ts';
import type { OpDraft, Recorded, RefusedOp, RequestKey } from '../sync/sync-api.ts';
import type { HistoryEntry } from '../spec/model-object-api.ts';
import type { WireError } from '../error.ts';
import type { LogStanding } from './host-inspection.ts';

/** What a partition tells its host, the same whether this host is its authority or a replica. */
export type PartitionChange =
  | {
      readonly type: 'object';
      readonly state: ObjectState;
      readonly origin: 'local' | 'feed' | 'push';
      readonly kind: OpKind | null;
      readonly opId: string | null;
    }
  | { readonly type: 'accepted'; readonly state: ObjectState; readonly opId: string; readonly op: Op }
  | { readonly type: 'refused'; readonly op: Op; readonly error: WireError };

/** One partition as the use cases see it. */
export interface Partition {
  readonly name: string;
  readonly modelName: string;
  write(draft: OpDraft, principal: Principal): Promise<Recorded>;
  /** what `write` gave the same request before */
  former(request: RequestKey, principal: Principal): Promise<Recorded | undefined>;
  get(id: string): ObjectState | undefined;
  /** what the authority has accepted */
  confirmed(id: string): ObjectState | undefined;
  list(): readonly ObjectState[];
  /** the same objects, as queries look for them */
  readonly source: QuerySource;
  /** every change that is kept of an object, latest first; absent where another host puts them in order */
  readonly history?: (id: string) => Promise<readonly HistoryEntry[]>;
  /** Keeps an index of each of these fields from now on, and no other. */
  index(fields: readonly string[]): void;
  synced(opId: string): Promise<ObjectState>;
  pending(): readonly Op[];
  refused(): readonly RefusedOp[];
  /** why what is pending cannot be sent for now though the host is online; `null`: it is on its way */
  held(): WireError | null;
  dismiss(opId: string): Promise<void>;
  onChange(listener: (change: PartitionChange) => void): Disposable;
  /** something may be there to exchange with the authority */
  nudge(): void;
  readonly seq: number;
  /** of an authority: how much of the past it keeps */
  readonly log?: LogStanding;
  readonly counters: {
    readonly sent: number;
    readonly accepted: number;
    readonly refused: number;
    readonly applied: number;
  };
}
