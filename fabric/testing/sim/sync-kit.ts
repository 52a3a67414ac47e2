import type { diff } from '../../record/diff.ts';
import type { applyPatch, rebase } from '../../record/merge.ts';
import type { openAuthority } from '../../sync/authority.ts';
import type { openReplica } from '../../sync/replica.ts';
import type { StoreKit } from './sim-disk.ts';

/** The code under test: the real one, or one with a planted fault. */
export interface SyncKit extends StoreKit {
  readonly openAuthority: typeof openAuthority;
  readonly openReplica: typeof openReplica;
  readonly applyPatch: typeof applyPatch;
  readonly diff: typeof diff;
  readonly rebase: typeof rebase;
}
