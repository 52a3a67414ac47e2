import type { Platform } from '../../platform.ts';
import type { Datasource } from '../../store/datasource.ts';
import { readLog } from '../../sync/read-log.ts';
import { presentObjects } from '../present-objects.ts';
import type { Partition } from '../partition.ts';
import type { HostRole, PartitionOptions } from '../partitions.ts';
import type { Sink, SinkFilter, SinkStanding } from './sink-api.ts';
import { SinkDriver, type SinkSource } from './sink-driver.ts';
import type { SinkEventsOptions } from './sink-events.ts';

/** A sink with what it asks for. */
export interface WantedSink extends SinkFilter {
  /** `[a-z][a-z0-9-]{0,39}` */
  readonly name: string;
  readonly to: Sink;
}

/** The sinks of a host that is an authority. */
export interface Sinks {
  /** The authority's role, whose partitions' changes are forwarded from their opening on. */
  around(role: HostRole): HostRole;
  /** by sink and model */
  standing(): readonly SinkStanding[];
  /** Ends deliveries under way; before the host's datasource is closed. */
  close(): Promise<void>;
}

/** A partition's changes, as its store has them. */
export function sinkSource(
  partition: Pick<Partition, 'name' | 'modelName' | 'seq' | 'onChange'>,
  datasource: Datasource,
): SinkSource {
  const { modelName, name } = partition;
  return {
    modelName,
    get seq() {
      return partition.seq;
    },
    log: (since, limit) => readLog(datasource, name, { since, limit, seq: partition.seq }),
    onAccepted: (listener) => partition.onChange(({ type }) => (type === 'accepted' ? listener() : undefined)),
  };
}

/** Forwards what a host accepts. */
export function createSinks(wanted: readonly WantedSink[], platform: Platform): Sinks {
  const drivers: SinkDriver[] = [];
  const drive = (partition: Partition, source: SinkSource, { datasource, registry, realm }: PartitionOptions): void => {
    const present: SinkEventsOptions['present'] = async (modelName, states) =>
      presentObjects(registry.get(modelName), states, () => realm.ready(modelName));
    for (const { name: sink, to, ...filter } of wanted) {
      if (filter.models !== undefined && !filter.models.includes(partition.modelName)) continue;
      const place = { datasource, sink, partition: partition.name };
      drivers.push(new SinkDriver({ ...place, to, filter, source, registry, present, platform }));
    }
  };
  return {
    around: (role) => ({
      ...role,
      partitions(options) {
        const opener = role.partitions(options);
        return {
          ...opener,
          async open(modelName, kept) {
            const partition = await opener.open(modelName, kept);
            drive(partition, sinkSource(partition, kept?.datasource ?? options.datasource), options);
            return partition;
          },
        };
      },
    }),
    standing: () => drivers.map((driver) => driver.standing()),
    async close() {
      await Promise.all(drivers.map((driver) => driver.close()));
      for (const { to } of wanted) await to.close?.();
    },
  };
}
