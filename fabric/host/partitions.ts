import type { Platform } from '../platform.ts';
import type { Principal } from '../access/principal.ts';
import { authorize } from '../access/authorize.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Datasource } from '../store/datasource.ts';
import type { Retention } from '../sync/retention.ts';
import type { HistoryBounds } from './host-options.ts';
import type { FlowLeases, FlowLeasesOptions } from './flow-leases.ts';
import type { HostEventBody, StorageTrouble } from './host-api.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { KeptIn } from './model-stores.ts';
import type { Partition } from './partition.ts';
import type { RealmCalls } from './realm-calls.ts';
import type { ModelRealms } from './realms.ts';

export interface PartitionOpener {
  /** Opens a model's partition in the role of this host, in the host's own store or in another one. */
  open(modelName: string, kept?: KeptIn): Promise<Partition>;
  /** Has those opened that it has not, and of which changes are kept here, once: their models are not deployed any more. */
  openLeft?(open: (modelName: string) => Promise<void>): Promise<void>;
  /** Ends what it does by itself for the partitions that it opened. */
  close?(): void;
}

export interface PartitionOptions {
  readonly node: string;
  readonly tenant: string;
  readonly platform: Platform;
  readonly datasource: Datasource;
  readonly mesh: MeshNode;
  readonly registry: ModelRegistry;
  readonly realm: ModelRealms;
  readonly calls: RealmCalls;
  /** how long an authority keeps what; what is absent by `defaultRetention` */
  readonly retention?: Partial<Retention>;
  emit(event: HostEventBody): void;
  /** of an authority: how many changes it keeps */
  readonly history: HistoryBounds | undefined;
  /** who is signed in at this host's device */
  readonly user?: Principal;
  isOnline(): boolean;
  /** Something is wrong with what is kept here. */
  onTrouble(trouble: StorageTrouble): void;
}

/**
 * How a host holds its partitions; a host is given one role, `authorityRole` or `replicaRole`. Not an option by name:
 * a browser is never an authority, and would carry the code of one.
 */
export interface HostRole {
  /** `authority`: puts every partition's ops in order; `replica`: sends them to the node that does */
  readonly name: 'authority' | 'replica';
  partitions(options: PartitionOptions): PartitionOpener;
  /** of an authority: what takes over the flows of hosts that stay away */
  leases?(options: FlowLeasesOptions): FlowLeases;
}

/** The schema version of a model's build that runs here; 0 while there is none. */
export function schemaHere(registry: ModelRegistry, modelName: string): number {
  return registry.all().find((model) => model.modelName === modelName)?.schemaVersion ?? 0;
}

/** Whether a principal may read an object, by its model's rules. */
export function mayRead(registry: ModelRegistry, principal: Principal, state: ObjectState): boolean {
  const { accessControlList } = registry.get(state.modelName);
  return authorize({ principal, operation: 'read', modelName: state.modelName, accessControlList, owner: state.owner });
}
