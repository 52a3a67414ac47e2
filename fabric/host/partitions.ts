import type { Platform } from '../platform.ts';
import type { Principal } from '../access/principal.ts';
import { authorize } from '../access/authorize.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Datasource } from '../store/datasource.ts';
import { openAuthority } from '../sync/authority.ts';
import type { Judge } from '../sync/judge.ts';
import { openReplica } from '../sync/replica.ts';
import { authorityPartition, serveAuthority } from './authority-partition.ts';
import { createExchangeLoop } from './exchange-loop.ts';
import type { ModelRegistry } from './model-registry.ts';
import { objectId } from './object-id.ts';
import type { Partition } from './partition.ts';
import { authorityLink, replicaPartition } from './replica-partition.ts';

export interface PartitionOpener {
  /** Opens a model's partition in the role of this host. */
  open(modelName: string): Promise<Partition>;
}

export interface PartitionOptions {
  readonly node: string;
  readonly tenant: string;
  readonly platform: Platform;
  readonly datasource: Datasource;
  readonly mesh: MeshNode;
  readonly registry: ModelRegistry;
  readonly judge: Judge;
  isOnline(): boolean;
}

/** Whether a principal may read an object, by its model's rules. */
export function mayRead(registry: ModelRegistry, principal: Principal, state: ObjectState): boolean {
  const { accessControlList } = registry.get(state.modelName);
  return authorize({ principal, operation: 'read', modelName: state.modelName, accessControlList, owner: state.owner });
}

/** A database's own name, made once: part of every cursor, so that a cursor of another database is noticed. */
async function databaseEpoch(options: PartitionOptions): Promise<string> {
  const { datasource, platform } = options;
  const known = await datasource.get('meta', 'epoch');
  if (typeof known === 'string') return known;
  const epoch = objectId(platform);
  await datasource.commit([{ collection: 'meta', key: 'epoch', value: epoch }]);
  return epoch;
}

/** Opens partitions as their authority. */
export function authorityPartitions(options: PartitionOptions): PartitionOpener {
  const { node, tenant, platform, datasource, mesh, registry, judge } = options;
  let epoch: Promise<string> | null = null;
  return {
    async open(modelName) {
      epoch = epoch ?? databaseEpoch(options);
      const partition = `${tenant}/${modelName}`;
      const authority = await openAuthority({
        partition,
        datasource,
        judge,
        mayRead: (principal, state) => mayRead(registry, principal, state),
        replica: node,
        epoch: await epoch,
        now: () => platform.now(),
      });
      serveAuthority(authority, mesh, `${tenant}.${modelName}`);
      return authorityPartition(authority, modelName, partition, node);
    },
  };
}

/** Opens partitions as replicas of an authority that is found over the mesh. */
export function replicaPartitions(options: PartitionOptions): PartitionOpener {
  const { node, tenant, platform, datasource, mesh, isOnline } = options;
  return {
    async open(modelName) {
      const partition = `${tenant}/${modelName}`;
      const subject = `${tenant}.${modelName}`;
      const replica = await openReplica({
        partition,
        datasource,
        replica: node,
        link: authorityLink(mesh, subject),
        onError: (error) => platform.onError(error),
        now: () => platform.now(),
      });
      const loop = createExchangeLoop({ exchange: () => replica.exchange(), isOnline, platform });
      mesh.subscribe(`feed.${subject}`, () => loop.nudge());
      return replicaPartition(replica, loop, modelName, partition);
    },
  };
}
