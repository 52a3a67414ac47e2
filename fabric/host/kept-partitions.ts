import type { Datasource, Entry } from '../store/datasource.ts';

/** Which partitions a store has ever had copies of: their models may not be deployed any more. */
export interface KeptPartitions {
  /** One is used now. What cannot be noted now is noted at the next start. */
  note(partition: string): void;
  /** Opens those that are not used now, and have changes that were not sent or were refused; once, however often it is asked for. */
  openLeft(open: (modelName: string) => Promise<void>): Promise<void>;
}

const collection = 'partitions';

/** Keeps the list in the store itself. */
export function keptPartitions(datasource: Datasource, onError: (error: unknown) => void): KeptPartitions {
  const used = new Set<string>();
  let found: Promise<readonly Entry[]> | undefined;
  const read = (): Promise<readonly Entry[]> => (found ??= datasource.range(collection));
  let opened: Promise<void> | undefined;
  const openLeft: KeptPartitions['openLeft'] = async (open) => {
    const others = (await read()).filter(({ key }) => !used.has(key));
    if (others.length === 0) return;
    const { openChanged } = await import(/* webpackChunkName: "stores" */ './open-changed.ts');
    await openChanged(others, { datasource, open });
  };
  const keep = async (partition: string): Promise<void> => {
    if ((await read()).some(({ key }) => key === partition)) return;
    await datasource.commit([{ collection, key: partition, value: true }]);
  };
  return {
    note(partition) {
      used.add(partition);
      keep(partition).catch(onError);
    },
    openLeft: (open) => (opened ??= openLeft(open)),
  };
}
