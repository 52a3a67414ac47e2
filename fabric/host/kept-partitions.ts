import type { Datasource, Entry } from '../store/datasource.ts';

/** Which partitions a store has ever had copies of: their models may not be deployed any more. */
export interface KeptPartitions {
  /** One is used now. */
  note(partition: string): Promise<void>;
  /** Opens those that are not used now, and have changes that were not sent or were refused. */
  openLeft(open: (modelName: string) => Promise<void>): Promise<void>;
}

const collection = 'partitions';

/** Keeps the list in the store itself. */
export function keptPartitions(datasource: Datasource): KeptPartitions {
  const used = new Set<string>();
  let found: Promise<readonly Entry[]> | undefined;
  const read = (): Promise<readonly Entry[]> => (found ??= datasource.range(collection));
  return {
    async note(partition) {
      used.add(partition);
      if ((await read()).some(({ key }) => key === partition)) return;
      await datasource.commit([{ collection, key: partition, value: true }]);
    },
    async openLeft(open) {
      const others = (await read()).filter(({ key }) => !used.has(key));
      if (others.length === 0) return;
      const { openChanged } = await import(/* webpackChunkName: "stores" */ './open-changed.ts');
      await openChanged(others, { datasource, open });
    },
  };
}
