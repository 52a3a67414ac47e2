import type { Datasource } from '../store/datasource.ts';
import { replicaCollections } from '../sync/replica-book.ts';

/** Opens those of the partitions in which changes are kept that were not sent, or were refused. */
export async function openChanged(
  partitions: readonly string[],
  { datasource, open }: { readonly datasource: Datasource; open(modelName: string): Promise<void> },
): Promise<void> {
  for (const name of partitions) if (await hasChanges(datasource, name)) await open(name.slice(name.indexOf('/') + 1));
}

async function hasChanges(datasource: Datasource, partition: string): Promise<boolean> {
  const { outbox, refused } = replicaCollections(partition);
  let isFound = false;
  const found = (): void => void (isFound = true);
  for (const name of [outbox, refused])
    if ((await datasource.range(name, { limit: 1, onDamaged: found })).length > 0) found();
  return isFound;
}
