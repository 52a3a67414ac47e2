import { expect, test } from 'vitest';

import { create, principalOf } from '../testing/feed-world.ts';
import { liveWorld, type LiveReplica } from '../testing/live-world.ts';
import { settled } from '../testing/virtual-platform.ts';
import { serveAuthority } from './authority-partition.ts';
import { followLeaseMs } from './follow-leases.ts';

const root = principalOf('root');
const keepAlive = ['< reply', '> request sync.main.follows'];

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await settled();
}

const idsOf = ({ partition }: LiveReplica): readonly string[] => partition.list().map(({ id }) => id);

test('a follow is over at an authority that lost the way, and nobody told the follower: one lease later it knows', async () => {
  const { authority, platform, replica, loseTrunk, mendTrunk } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  await loseTrunk();
  await authority.submit(create('a', {}), root);
  await quiet();
  await mendTrunk();
  await quiet();
  expect(hers.mesh.peers().map(({ id }) => id)).toContain('server');
  expect(idsOf(hers)).toEqual([]);
  platform.pass(followLeaseMs);
  await quiet();
  expect(idsOf(hers)).toEqual(['a']);
  await authority.submit(create('b', {}), root);
  await quiet();
  expect(idsOf(hers)).toEqual(['a', 'b']);
});

test('a page that got lost on its way, with none after it, is noticed one lease later', async () => {
  const { authority, platform, replica, dropNext } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  dropNext('live.main.thing');
  await authority.submit(create('a', {}), root);
  await quiet();
  expect(idsOf(hers)).toEqual([]);
  platform.pass(followLeaseMs);
  await quiet();
  expect(idsOf(hers)).toEqual(['a']);
});

test('a way that stays dead is asked over and over, and used once it is there', async () => {
  const { authority, platform, replica, loseTrunk, mendTrunk } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  await loseTrunk();
  await authority.submit(create('a', {}), root);
  for (let minute = 0; minute < 10; minute += 1) {
    platform.pass(60_000);
    await quiet();
  }
  await mendTrunk();
  for (let minute = 0; minute < 2; minute += 1) {
    platform.pass(60_000);
    await quiet();
  }
  expect(idsOf(hers)).toEqual(['a']);
});

test('an idle follower costs one small request a lease, and no pull', async () => {
  const { authority, platform, replica } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  await authority.submit(create('a', {}), root);
  await authority.submit(create('hidden', { for: 'sam' }), root);
  await quiet();
  hers.traffic();
  for (let lease = 0; lease < 10; lease += 1) {
    platform.pass(followLeaseMs);
    await quiet();
  }
  expect(hers.traffic().toSorted()).toEqual([...Array(10).fill(keepAlive[0]), ...Array(10).fill(keepAlive[1])]);
});

test('an authority that knows no request for all models is asked for each, and a lost page is noticed', async () => {
  const { authority, platform, replica, dropNext } = await liveWorld((older, mesh) =>
    serveAuthority(older, mesh, { subject: 'main.thing', onError: expect.unreachable }),
  );
  const hers = await replica('ada-1', 'ada');
  platform.pass(followLeaseMs);
  await quiet();
  expect(hers.traffic().toSorted()).toEqual(['< reply', '> request sync.main.thing.credit']);
  dropNext('live.main.thing');
  await authority.submit(create('a', {}), root);
  await quiet();
  platform.pass(followLeaseMs);
  await quiet();
  expect(idsOf(hers)).toEqual(['a']);
});
