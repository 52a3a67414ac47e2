import { isRetryable } from '../port/is-retryable.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Principal } from '../access/principal.ts';
import { changesOf } from '../record/change.ts';
import type { HistoryEntry } from '../spec/model-object-api.ts';
import { askAuthority } from './ask-authority.ts';
import { historyPage, type HistoryPage, type HistoryRequest } from './history-page.ts';
import type { Host } from './host-api.ts';
import type { ObjectHistory, ToldChange } from './object-history.ts';
import type { Partition } from './partition.ts';

/** Where they are known. */
export interface HistorySources {
  readonly host: Pick<Host, 'find'>;
  readonly mesh: Pick<MeshNode, 'request'>;
  readonly tenant: string;
  /** what this host has seen since it started */
  readonly seen: ObjectHistory;
  partitions(): ReadonlyMap<string, Pick<Partition, 'history'>>;
}

/**
 * An object's changes, of whoever puts them in order; while he is away, those that this host has seen. Who may not read
 * the object is not told of them. @throws TestudoError `NOT_FOUND`, `BAD_REQUEST`
 */
export async function readHistory(
  { modelName, id, ...query }: HistoryRequest,
  principal: Principal,
  { host, mesh, tenant, seen, partitions }: HistorySources,
): Promise<HistoryPage> {
  await host.find(modelName, id, principal);
  const own = partitions().get(modelName)?.history;
  if (own !== undefined) return historyPage(await own(id), query);
  const key = `${modelName} ${id}`;
  const here = historyPage(seen.of(key).map(entryOf).reverse(), query);
  try {
    const question = { tenant, modelName, principal, act: 'history', body: { id, ...query } } as const;
    return (await askAuthority(mesh, question)) as unknown as HistoryPage;
  } catch (error) {
    if (isRetryable(error)) return here;
    throw error;
  }
}

/** Of the oldest change that is known all fields count as changed. */
function entryOf({ state, kind, opId }: ToldChange, index: number, known: readonly ToldChange[]): HistoryEntry {
  const { version, seq, updatedMs: atMs, fields } = state;
  const changes = changesOf(known[index - 1]?.state.fields ?? {}, fields);
  return { version, seq, atMs, kind, command: null, opId, user: null, changes, conflicts: [], source: 'host' };
}
