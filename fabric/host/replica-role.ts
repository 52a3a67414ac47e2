import { hasCode, toWire } from '../error.ts';
import type { HandOverOptions } from '../sync/hand-over.ts';
import type { Replica } from '../sync/sync-api.ts';
import { openReplica } from '../sync/replica.ts';
import { createExchangeLoop } from './exchange-loop.ts';
import { schemaHere, type HostRole, type PartitionOpener, type PartitionOptions } from './partitions.ts';
import { authorityLink, replicaPartition } from './replica-partition.ts';

/** The role of a host that holds copies and sends its ops to an authority, which it finds over the mesh. */
export const replicaRole: HostRole = { name: 'replica', partitions: replicaPartitions };

/** A store in which this host was its own authority hands over what that has; the program for it is loaded then only. */
async function takeOwnObjects(
  { datasource: first, user, platform }: PartitionOptions,
  kept: Pick<HandOverOptions, 'datasource' | 'partition' | 'replica'>,
): Promise<void> {
  const isAny = await Promise.all([first, kept.datasource].map((store) => store.get('meta', 'epoch')));
  if (isAny.every((epoch) => epoch === undefined)) return;
  const { handOver } = await import(/* webpackChunkName: "hand-over" */ '../sync/hand-over.ts');
  await handOver({ ...kept, owner: user?.user ?? '', now: () => platform.now() });
}

function isOutdated(error: unknown): boolean {
  return hasCode(error) && error.code === 'BUILD_OUTDATED';
}

/** Exchanges; tells once that a newer build is needed, until it is there. */
function tellingOutdated(replica: Replica, tell: () => void): () => Promise<void> {
  let isKnown = false;
  return async () => {
    try {
      await replica.exchange();
      isKnown = false;
    } catch (error) {
      if (isOutdated(error) && !isKnown) tell();
      isKnown = isOutdated(error);
      throw error;
    }
  };
}

function replicaPartitions(options: PartitionOptions): PartitionOpener {
  const { node, tenant, platform, mesh, registry, emit, isOnline } = options;
  return {
    async open(modelName, { datasource, replica: name } = { datasource: options.datasource, replica: node }) {
      const partition = `${tenant}/${modelName}`;
      const subject = `${tenant}.${modelName}`;
      await takeOwnObjects(options, { datasource, partition, replica: name });
      const replica = await openReplica({
        partition,
        datasource,
        replica: name,
        link: authorityLink(mesh, subject),
        schemaVersion: () => schemaHere(registry, modelName),
        onError: (error) => platform.onError(error),
        now: () => platform.now(),
      });
      const loop = createExchangeLoop({
        exchange: tellingOutdated(replica, () => emit({ type: 'outdated', modelName })),
        onHeld(error) {
          if (replica.pending().length === 0 || isOutdated(error)) return;
          emit({ type: 'held', modelName, error: toWire(error) });
        },
        isOnline,
        platform,
      });
      mesh.subscribe(`feed.${subject}`, () => loop.nudge());
      return replicaPartition(replica, loop, modelName, partition);
    },
  };
}
