import { hasCode, TestudoError } from '../error.ts';
import type { Datasource } from '../store/datasource.ts';
import { replicaCollections } from '../sync/replica-book.ts';

/** What every replica that has something to lose keeps among its marks: its place in the feed, or the number of its latest op. */
const marksOfReplica = ['cursor', 'counter'] as const;

/**
 * Whether a store has a partition's records as a replica keeps them, or is on its way from an authority's to these. An
 * authority cannot go on from them: part of the objects lies in blocks, and changes in the outbox wait for whoever
 * decides.
 */
export async function isHeldAsReplica(datasource: Datasource, partition: string): Promise<boolean> {
  const { marks } = replicaCollections(partition);
  const found = await Promise.all(marksOfReplica.map((key) => isMarkOfReplica(datasource, marks, key)));
  return found.includes(true);
}

/** An authority's marks are records, under the names of replicas. */
async function isMarkOfReplica(datasource: Datasource, marks: string, key: string): Promise<boolean> {
  try {
    const mark = await datasource.get(marks, key);
    return typeof mark === 'string' || typeof mark === 'number';
  } catch (error) {
    if (hasCode(error) && error.code === 'CORRUPT') return true;
    throw error;
  }
}

/** What is told of a model whose objects stay copies although this host is to be their authority. */
export function staysCopy(modelName: string): TestudoError {
  const message = `${modelName}: this host has copies of what another authority decided, and cannot be its own: changes are kept and wait for that one; name it in the configuration again, or remove the copies first`;
  return new TestudoError('CONFIG_INVALID', message, { data: { modelName } });
}
