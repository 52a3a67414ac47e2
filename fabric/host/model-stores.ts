import { hasCode, type TestudoError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { Datasource } from '../store/datasource.ts';
import type { DatasourceKind, OtherDatasources } from '../store/datasource-choice.ts';
import { forgetPartition, holdsRecords, isMarked, markWhole, movePartition, staysKept } from './move-partition.ts';

/** Where a host may keep a model. */
export interface ModelStoresOptions {
  /** what is kept in no other one */
  readonly datasource: Datasource;
  readonly others: OtherDatasources;
  readonly tenant: string;
  readonly node: string;
  readonly platform: Pick<Platform, 'random'>;
  /** A model is kept elsewhere than was asked for. */
  onStays(modelName: string, error: TestudoError): void;
}

/** Where a partition is kept. */
export interface KeptIn {
  readonly datasource: Datasource;
  /** under which a replica makes ops: another one at each start where the store forgets the counter of the last */
  readonly replica: string;
}

/** The model of a partition, and the kind of store that it asks for. */
export interface KeptModel {
  readonly modelName: string;
  readonly store?: DatasourceKind;
}

const durable: readonly DatasourceKind[] = ['sqlite', 'file', 'indexeddb'];

/**
 * The store that a model's partition is kept in: the one that the configuration names, or else the model, where this
 * host has such a one. Records that another store has from before are moved there first, whole or not at all; what is
 * to be in memory, and is on a disk, stays on it. Where the partition is known to be whole, no other store is needed.
 * @throws TestudoError what the store throws, and at the first start and after a change those that may have it
 */
export async function storeOf(model: KeptModel, options: ModelStoresOptions): Promise<KeptIn> {
  const { node, platform } = options;
  const datasource = await choose(model, options);
  const forgets = datasource.kind === 'memory' && datasource !== options.datasource;
  return { datasource, replica: forgets ? `${node}~${someNumber(platform)}` : node };
}

/** 1 to 900000: a replica id that no start before this one had, as good as surely. */
function someNumber({ random }: Pick<Platform, 'random'>): number {
  return 1 + (random(4).reduce((sum, byte) => sum * 256 + byte, 0) % 900_000);
}

async function choose(model: KeptModel, options: ModelStoresOptions): Promise<Datasource> {
  const { datasource, others, tenant } = options;
  const partition = `${tenant}/${model.modelName}`;
  const kind = others.chosen[model.modelName] ?? model.store ?? datasource.kind;
  const asked = kind === datasource.kind ? datasource : ((await others.open(kind, 'make')) ?? datasource);
  if (asked === datasource && asked.kind === 'memory') return asked;
  if (await isMarked(asked, partition)) {
    for (const store of await otherStores(asked, options, ifItOpens))
      if (await holdsAny(store, partition)) await forgetPartition(store, partition);
    return asked;
  }
  const rest = await otherStores(asked, options);
  const source = await sourceOf(partition, asked, rest);
  if (source === undefined) {
    if (asked.kind !== 'memory' && (await isAlone(rest, partition))) await markWhole(asked, partition);
    return asked;
  }
  await forgetCopies(partition, source, rest);
  const stays = (error: TestudoError): Datasource => {
    options.onStays(model.modelName, error);
    return source;
  };
  if (asked.kind === 'memory') return stays(staysKept(model.modelName, { in: source.kind, asked: 'memory' }));
  try {
    await movePartition(partition, source, asked);
    return asked;
  } catch (error) {
    if (hasCode(error) && error.code === 'CORRUPT') return stays(error);
    throw error;
  }
}

/** The durable stores that may have records from before. */
async function otherStores(
  asked: Datasource,
  { datasource, others }: ModelStoresOptions,
  opened: (opening: Promise<Datasource | undefined>) => Promise<Datasource | undefined> = (opening) => opening,
): Promise<readonly Datasource[]> {
  const kinds = durable.filter((kind) => kind !== asked.kind && kind !== datasource.kind);
  const found = await Promise.all(kinds.map((kind) => opened(others.open(kind, 'find'))));
  return [datasource, ...found].filter((store) => store !== undefined && store !== asked) as Datasource[];
}

/** One that cannot be opened costs the models that are in it; what it has left of others is forgotten another time. */
function ifItOpens(opening: Promise<Datasource | undefined>): Promise<Datasource | undefined> {
  return opening.catch(() => undefined);
}

async function holdsAny(store: Datasource, partition: string): Promise<boolean> {
  return (await isMarked(store, partition)) || holdsRecords(store, partition);
}

/** Whether no other store has anything of it: what a restored one may have is nobody's to remove. */
async function isAlone(rest: readonly Datasource[], partition: string): Promise<boolean> {
  for (const store of rest) if (await holdsAny(store, partition)) return false;
  return true;
}

/** What else is marked is whole only as long as nothing is written to the source. */
async function forgetCopies(partition: string, source: Datasource, rest: readonly Datasource[]): Promise<void> {
  for (const store of rest)
    if (store !== source && (await isMarked(store, partition))) await forgetPartition(store, partition);
}

/** The store to move from, where the asked one is not marked: one that is, or else one with records where that has none. */
async function sourceOf(
  partition: string,
  asked: Datasource,
  rest: readonly Datasource[],
): Promise<Datasource | undefined> {
  for (const store of rest)
    if ((await isMarked(store, partition)) && (asked.kind !== 'memory' || (await holdsRecords(store, partition))))
      return store;
  if (await holdsRecords(asked, partition)) return undefined;
  for (const store of rest) if (await holdsRecords(store, partition)) return store;
  return undefined;
}
