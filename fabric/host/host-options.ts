import type { Principal } from '../access/principal.ts';
import type { Snapshot } from '../catalog/admission-api.ts';
import type { SubscribeOptions } from '../event/broker.ts';
import type { EventPattern } from '../event/event-pattern.ts';
import type { Disposable } from '../plain.ts';
import type { DomainEvent } from '../spec/object-scope.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Platform } from '../platform.ts';
import type { WireRequest, WireResponse } from '../realm/realm-api.ts';
import type { StartRealm } from '../realm/realm-handle.ts';
import type { Datasource } from '../store/datasource.ts';
import type { OtherDatasources } from '../store/datasource-choice.ts';
import type { Retention } from '../sync/retention.ts';
import type { ConfigurationParts } from './configuration-parts.ts';
import type { CreateFlowRunner } from './flow-runner-api.ts';
import type { Host, HostReport } from './host-api.ts';
import type { HostRole } from './partitions.ts';
import type { RealmGroups } from './realm-groups.ts';
import type { SinkStanding } from './sinks/sink-api.ts';
import type { Partition } from './partition.ts';
import type { RealmLimits } from './realm-limits.ts';

/** What a composition root hands to `createHost`. */
export interface HostOptions {
  /** this node's name in the mesh and its replica id: `[a-z0-9-]{3,60}`, kept over restarts */
  readonly node: string;
  readonly runtime: 'browser' | 'node';
  readonly role: HostRole;
  readonly tenant: string;
  /** who is signed in at this host's device; absent at a server */
  readonly user?: Principal;
  readonly platform: Platform;
  readonly datasource: Datasource;
  /** other stores, for models that ask for one or are configured to be kept there; absent: there are none */
  readonly datasources?: OtherDatasources;
  readonly mesh: MeshNode;
  readonly startRealm: StartRealm;
  /** what runs its objects' flows: at once, or when there is one */
  readonly createFlows: CreateFlowRunner;
  /** the platform's fetch, for realms; the host has checked the origin before */
  fetch(request: WireRequest): Promise<WireResponse>;
  /** verified bytes of an admitted build */
  bytes(global: string, path: string): Promise<ArrayBuffer>;
  /** how much memory its process holds; absent where nobody can tell */
  memoryBytes?(): number;
  /** who forwards what it accepts; absent: nobody */
  readonly sinks?: { standing(): readonly SinkStanding[] };
  readonly configuration: HostConfiguration;
}

/** The part of the configuration that every host of a deployment shares; plain data. */
export interface HostConfiguration extends ConfigurationParts {
  /** remote name -> `endpoint:<name>` or origins that its code may fetch from, built-ins of Node that it may have */
  readonly grants: { readonly [remote: string]: readonly string[] };
  /** how long the owner of an unfinished flow may be away before the authority takes it over; default 30000 */
  readonly flowLeaseMs?: number;
  /** how long an authority keeps what nobody needs any more; what is absent by `defaultRetention` */
  readonly retention?: Partial<Retention>;
  /** publishes this host's events to the mesh as `trace.<node>`, for time lines; development only */
  readonly trace: boolean;
  /** which remotes' code shares a realm; default: all of it */
  readonly realms?: RealmGroups;
  readonly realmLimits?: Partial<RealmLimits>;
  /** realms for ports with `compute: true`: how many are kept, and how many there may be; default 0 and 2 */
  readonly compute?: { readonly min: number; readonly max: number };
  /** how many changes of each object its authority keeps, 0 to 1000: default 50, or otherwise for single models */
  readonly history?: HistoryBounds;
}

export interface HistoryBounds {
  readonly changes?: number;
  readonly models?: { readonly [modelName: string]: number };
}

/** A host with the acts that its composition root needs. */
export interface RunningHost extends Host {
  /** Loads the model, adapter and service builds of a snapshot; builds that changed take over, former ones drain and go. */
  useSnapshot(snapshot: Snapshot): Promise<void>;
  /**
   * Changes the configuration: the parts that are given replace those that were. The next calls use them, calls under
   * way end on the former ones; flows that waited look again.
   * @throws TestudoError `CONFIG_INVALID` naming the key; nothing has changed then
   */
  configure(parts: Partial<ConfigurationParts>): Promise<void>;
  /** Tells the host that its link to the mesh, of an authority its network, came or went: offline its flows wait. */
  setOnline(online: boolean, reason: string): void;
  /** Calls back with each later domain event whose name matches and that was made at this host. */
  subscribe(
    pattern: EventPattern,
    handler: (event: DomainEvent) => unknown,
    options?: SubscribeOptions<DomainEvent>,
  ): Promise<Disposable>;
  /** A model's objects and outbox, for acts of the host's own device. @throws TestudoError `UNAVAILABLE` */
  partition(modelName: string): Partition;
  /** Asks a node of the mesh for its report. */
  peerReport(node: string): Promise<HostReport>;
}
