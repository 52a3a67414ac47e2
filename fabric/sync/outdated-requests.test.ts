import { expect, test } from 'vitest';

import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { openReplica } from './replica.ts';
import type { OpDraft } from './sync-api.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const write = (n: number): OpDraft =>
  draftOp({
    kind: n === 1 ? 'create' : 'update',
    patch: { set: { n }, unset: [], base: {} },
    requestId: `ada:${n}`,
  });

test('replica - of requests it knows those that are not sent yet, and the latest of the others', async () => {
  const records: Records = new Map();
  const known = (): readonly string[] => [...(records.get(`requests/${partition}`)?.keys() ?? [])];
  const server = await openPlainAuthority(memoryRecords());
  const replica = await openReplica({
    partition,
    datasource: memoryRecords(records),
    replica: 'ann',
    link: {
      push: (request) => server.push(structuredClone(request), ada),
      pull: (request) => server.pull(request, ada),
    },
    now: () => 1,
    onError(error) {
      throw error;
    },
  });
  for (let n = 1; n <= 1999; n += 1) await replica.write(write(n), [], 'ada');
  expect(known()).toHaveLength(1999);
  await replica.exchange();
  await replica.write(write(2000), [], 'ada');
  await expect.poll(() => known().length).toBe(1001);
  expect(known()).toContain('ada:2000');
  expect(known()).not.toContain('ada:999');
  const { op } = await replica.write(write(1000), [], 'ada');
  expect([op.counter, server.get('a')?.version]).toEqual([1000, 1999]);
});
