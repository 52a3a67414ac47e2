import { diff } from '../../record/diff.ts';
import { applyPatch, rebase } from '../../record/merge.ts';
import { commitQueue } from '../../store/commit-queue.ts';
import { decodeEntries, decodeRecord, encodeSummed } from '../../store/record-codec.ts';
import { withoutDoubt } from '../../store/without-doubt.ts';
import { openAuthority } from '../../sync/authority.ts';
import { openReplica } from '../../sync/replica.ts';
import '../../store/look-up.ts';
import '../../sync/authority-damage.ts';
import '../../sync/authority-traces.ts';
import '../../sync/compaction.ts';
import '../../sync/gone-ids.ts';
import '../../sync/dismiss-op.ts';
import '../../sync/lost-record.ts';
import '../../sync/rare-exchanges.ts';
import '../../sync/outdated-requests.ts';
import '../../sync/rename-replica.ts';
import '../../sync/replica-damage.ts';
import '../../sync/state-blocks.ts';
import '../../sync/state-groups.ts';
import type { SyncKit } from './sync-kit.ts';

/** The code as it is. What it loads when it is first needed is loaded before: virtual time would not wait for it. */
export const realKit: SyncKit = {
  applyPatch,
  commitQueue,
  decodeEntries,
  decodeRecord,
  diff,
  encodeSummed,
  openAuthority,
  openReplica,
  rebase,
  withoutDoubt,
};
