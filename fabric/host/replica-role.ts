import { openReplica } from '../sync/replica.ts';
import { createExchangeLoop } from './exchange-loop.ts';
import type { HostRole, PartitionOpener, PartitionOptions } from './partitions.ts';
import { authorityLink, replicaPartition } from './replica-partition.ts';

/** The role of a host that holds copies and sends its ops to an authority, which it finds over the mesh. */
export const replicaRole: HostRole = { name: 'replica', partitions: replicaPartitions };

/** A store in which this host was its own authority hands over what that has; the program for it is loaded then only. */
async function takeOwnObjects(options: PartitionOptions, partition: string): Promise<void> {
  const { datasource, node, user, platform } = options;
  if ((await datasource.get('meta', 'epoch')) === undefined) return;
  const { handOver } = await import(/* webpackChunkName: "hand-over" */ '../sync/hand-over.ts');
  await handOver({ datasource, partition, replica: node, owner: user?.user ?? '', now: () => platform.now() });
}

function replicaPartitions(options: PartitionOptions): PartitionOpener {
  const { node, tenant, platform, mesh, isOnline } = options;
  return {
    async open(modelName, { datasource, replica: name } = { datasource: options.datasource, replica: node }) {
      const partition = `${tenant}/${modelName}`;
      const subject = `${tenant}.${modelName}`;
      await takeOwnObjects(options, partition);
      const replica = await openReplica({
        partition,
        datasource,
        replica: name,
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
