import { defaultRetention } from '../../sync/retention.ts';
import { memoryRecords } from './memory-datasource.ts';
import type { SyncKit } from './sync-kit.ts';

/**
 * Has the code under test load what it loads when that is first needed: it takes real time, in which a virtual clock
 * would stand still or run on by chance, and a seed would not replay.
 */
export async function loadWhole({ openAuthority }: SyncKit): Promise<void> {
  const authority = await openAuthority({
    partition: 'sim/nothing',
    datasource: memoryRecords(),
    judge: () => Promise.reject(new Error('there is nothing to judge')),
    mayRead: () => true,
    replica: 'authority',
    epoch: 'epoch',
    now: () => 0,
  });
  await authority.compact(defaultRetention);
}
