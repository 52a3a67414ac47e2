import type { Principal } from '../access/principal.ts';
import { noEffect } from '../record/flow.ts';
import { rebase } from '../record/merge.ts';
import type { Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import { openAuthority } from '../sync/authority.ts';
import { defaultRetention, type GivenBack, type Retention } from '../sync/retention.ts';
import type { Authority, AuthorityOptions, CompactOptions, OpDraft } from '../sync/sync-api.ts';
import { draftOp } from './sim/draft-op.ts';
import { memoryRecords, type Records } from './sim/memory-datasource.ts';

export const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };

export const dayMs = 86_400_000;

/** Keeps nothing that anybody could do without. */
export const miser: Retention = { logEntries: 0, logMs: 0, tombstonesMs: 0, requestsMs: 0 };

/** An authority whose records and clock a test holds in its hands. */
export interface CompactionWorld {
  readonly records: Records;
  nowMs: number;
  /** Opens it anew on the same records, as after a crash. */
  open(changes?: Partial<AuthorityOptions>): Promise<Authority>;
  /** Moves the clock on, so that no snapshot is waited for, and compacts. */
  compact(authority: Authority, options?: Partial<CompactOptions>): Promise<GivenBack>;
  /** records of a collection of the partition; of all of them without a name */
  count(collection?: string): number;
  /** how many ids are known as gone */
  gone(): number;
}

export function compactionWorld(records: Records = new Map()): CompactionWorld {
  const world: CompactionWorld = {
    records,
    nowMs: 1000 * dayMs,
    open: (changes = {}) =>
      openAuthority({ ...authorityOptions(memoryRecords(records), () => world.nowMs), ...changes }),
    compact(authority, options = {}) {
      world.nowMs += dayMs;
      return authority.compact({ ...defaultRetention, ...options });
    },
    count(collection) {
      if (collection !== undefined) return records.get(`${collection}/main/thing`)?.size ?? 0;
      return Array.from(records.values()).reduce((sum, { size }) => sum + size, 0);
    },
    gone() {
      const texts = [...(records.get('gone-ids/main/thing')?.values() ?? [])];
      return texts.reduce((sum, text) => sum + (JSON.parse(text) as { readonly ids: string[] }).ids.length, 0);
    },
  };
  return world;
}

function authorityOptions(datasource: Datasource, now: () => number): AuthorityOptions {
  return {
    partition: 'main/thing',
    datasource,
    judge: async (op, current) => ({
      ...rebase(current?.fields ?? {}, op.patch),
      schemaVersion: 1,
      flow: noEffect,
      conflicts: [],
    }),
    viewOf: () => ({ digest: 'all', sees: () => true }),
    replica: 'server',
    epoch: 'e1',
    now,
  };
}

/** What sets a field `n`, of a thing that is there; as a create, of a new one. */
export function setN(n: number, changes: Partial<OpDraft> = {}): OpDraft {
  return draftOp({ patch: { set: { n }, unset: [], base: {} }, ...changes });
}

/** The same as an op of a replica: the first of each id makes it. */
export function pushedOp(counter: number, changes: Partial<OpDraft> & { readonly replica?: string } = {}): Op {
  const { replica = 'ann', ...draft } = changes;
  return { ...setN(counter, draft), replica, partition: 'main/thing', counter };
}
