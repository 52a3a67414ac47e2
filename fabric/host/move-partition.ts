import { hasCode, TestudoError } from '../error.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import { partitionCollections } from '../sync/partition-collections.ts';

const PAGE = 1000;
const META = 'meta';
const markOf = (partition: string): string => `kept/${partition}`;

/** Whether a store is known to have the whole partition. A mark says nothing else: a damaged one says it too. */
export async function isMarked(datasource: Datasource, partition: string): Promise<boolean> {
  try {
    return (await datasource.get(META, markOf(partition))) === true;
  } catch (error) {
    if (hasCode(error) && error.code === 'CORRUPT') return true;
    throw error;
  }
}

/** From now on a store is known to have the whole partition: it has what there is of it, and no other one has any. */
export function markWhole(datasource: Datasource, partition: string): Promise<void> {
  return mark(datasource, partition, true);
}

/** Whether a store has any record of the partition, sound or not. */
export async function holdsRecords(datasource: Datasource, partition: string): Promise<boolean> {
  for (const collection of partitionCollections(partition)) {
    let damaged = 0;
    const found = await datasource.range(collection, { limit: 1, onDamaged: () => void (damaged += 1) });
    if (found.length + damaged > 0) return true;
  }
  return false;
}

/**
 * Moves a partition to another store. A store that has the whole of it is marked, and the mark is durable before
 * anything is removed from the other one: ended at any moment, the move is done again or finished by the next start.
 * @throws TestudoError `CORRUPT` for damaged records, and what the stores throw; nothing is lost then
 */
export async function movePartition(partition: string, from: Datasource, to: Datasource): Promise<void> {
  await mark(from, partition, true);
  await removeAll(to, partition);
  for (const collection of partitionCollections(partition)) await copy(collection, from, to);
  await mark(to, partition, true);
  await forgetPartition(from, partition);
}

/** Removes what a store has of a partition that another one has whole; its mark goes first. */
export async function forgetPartition(datasource: Datasource, partition: string): Promise<void> {
  await mark(datasource, partition, undefined);
  await removeAll(datasource, partition);
}

function mark(datasource: Datasource, partition: string, value: true | undefined): Promise<void> {
  return datasource.commit([{ collection: META, key: markOf(partition), value }]);
}

async function copy(collection: string, from: Datasource, to: Datasource): Promise<void> {
  for (let after: string | undefined, isMore = true; isMore;) {
    const page = await from.range(collection, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    await to.commit(page.map(({ key, value }) => ({ collection, key, value })));
    after = page[page.length - 1]?.key;
    isMore = page.length === PAGE;
  }
}

async function removeAll(datasource: Datasource, partition: string): Promise<void> {
  for (const collection of partitionCollections(partition)) {
    for (let isMore = true; isMore;) {
      const keys: string[] = [];
      const note = ({ key }: { readonly key: string }): void => void keys.push(key);
      (await datasource.range(collection, { limit: PAGE, onDamaged: note })).forEach(note);
      await datasource.commit(keys.map<Write>((key) => ({ collection, key, value: undefined })));
      isMore = keys.length === PAGE;
    }
  }
}

/** What is told of a partition that stays in a store, although another one is asked for. */
export function staysKept(modelName: string, kinds: { readonly in: string; readonly asked: string }): TestudoError {
  const message = `${modelName} is kept in ${kinds.in} and stays there: ${kinds.asked} would forget its objects when this host ends; to have it there, remove them first`;
  return new TestudoError('CONFIG_INVALID', message, { data: { modelName } });
}
