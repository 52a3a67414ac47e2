import { hasCode, type TestudoError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { Datasource } from '../store/datasource.ts';
import { soundOr } from '../store/sound-or.ts';
import { openAuthority } from '../sync/authority.ts';
import { defaultRetention, type GivenBack } from '../sync/retention.ts';
import { authorityPartition, serveAuthority } from './authority-partition.ts';
import { keepCompact, type CompactionLoop } from './compaction-loop.ts';
import { feedViewOf, viewRules } from './feed-views.ts';
import { createFlowLeases } from './flow-leases.ts';
import type { StorageTrouble } from './host-api.ts';
import type { HistoryBounds } from './host-options.ts';
import { accessByRules, createJudge } from './judge-op.ts';
import { isHeldAsReplica, staysCopy } from './held-copies.ts';
import { objectId } from './object-id.ts';
import { replicaRole } from './replica-role.ts';
import type { FeedFollowers } from './feed-followers.ts';
import { serveFollows } from './serve-follows.ts';
import { serveModel } from './serve-model.ts';
import { schemaHere } from './partitions.ts';
import type { HostRole, PartitionOpener, PartitionOptions } from './partitions.ts';

/** The role of the one host that puts every partition's ops in order. */
export const authorityRole: HostRole = {
  name: 'authority',
  partitions: authorityPartitions,
  leases: createFlowLeases,
};

/** A database's own name, made once: of all that was written before lives were told apart. A damaged one is made anew. */
async function databaseEpoch(datasource: Datasource, platform: Platform): Promise<string> {
  const known = await soundOr(datasource.get('meta', 'epoch'), (error) => void platform.onError(error));
  if (typeof known === 'string') return known;
  const epoch = objectId(platform);
  await datasource.commit([{ collection: 'meta', key: 'epoch', value: epoch }]);
  return epoch;
}

function damageOf(modelName: string, { code, message }: TestudoError): StorageTrouble {
  return { place: `damaged-${modelName}`, code, message };
}

/** How many changes of each of a model's objects are kept, where the configuration says. */
function keptOf({ changes, models = {} }: HistoryBounds = {}, modelName: string): number | undefined {
  return Object.prototype.hasOwnProperty.call(models, modelName) ? models[modelName] : changes;
}

function authorityPartitions(options: PartitionOptions): PartitionOpener {
  const { node, tenant, platform, mesh, registry, history } = options;
  const judge = createJudge(options);
  const demandAccess = accessByRules(options);
  const epochs = new Map<Datasource, Promise<string>>();
  const loops: CompactionLoop[] = [];
  const all = new Map<string, FeedFollowers>();
  serveFollows(mesh, tenant, all);
  const copies = replicaRole.partitions(options);
  const retention = { ...defaultRetention, ...options.retention };
  return {
    async open(modelName, kept = { datasource: options.datasource, replica: node }) {
      const { datasource } = kept;
      const partition = `${tenant}/${modelName}`;
      if (await isHeldAsReplica(datasource, partition)) {
        const { code, message } = staysCopy(modelName);
        options.onTrouble({ place: `copies-${modelName}`, code, message });
        return copies.open(modelName, kept);
      }
      const onError = (error: unknown): void => {
        if (hasCode(error) && error.code === 'CORRUPT') options.onTrouble(damageOf(modelName, error));
        platform.onError(error);
      };
      const epoch = epochs.get(datasource) ?? databaseEpoch(datasource, platform);
      epochs.set(datasource, epoch);
      epoch.catch(() => epochs.delete(datasource)); // the next model asks again
      const keptChanges = keptOf(history, modelName);
      const authority = await openAuthority({
        partition,
        datasource,
        judge,
        demandAccess,
        viewOf: (principal, reader) => feedViewOf(registry.get(modelName), principal, reader),
        replica: node,
        schemaVersion: () => schemaHere(registry, modelName),
        epoch: await epoch,
        ...(keptChanges === undefined ? {} : { keptChanges }),
        life: objectId(platform),
        now: () => platform.now(),
        onError,
      });
      const followers = serveAuthority(authority, mesh, { subject: `${tenant}.${modelName}`, onError });
      all.set(modelName, followers);
      serveModel(mesh, `${tenant}.${modelName}`, { modelName, authority, registry });
      const told = (given: GivenBack): void =>
        options.emit({ type: 'compacted', modelName, floor: authority.floor, given });
      const loop = keepCompact({ authority, platform, retention, told });
      loops.push(loop);
      let rules = viewRules(registry.get(modelName));
      const onBuild = (): void => {
        const former = rules;
        rules = viewRules(registry.get(modelName));
        if (rules !== former) followers.endAll();
      };
      return authorityPartition(authority, {
        modelName,
        name: partition,
        node,
        log: () => loop.standing,
        onBuild,
      });
    },
    close() {
      copies.close?.();
      for (const loop of loops) loop.dispose();
    },
  };
}
