import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { noEffect } from '../record/flow.ts';
import { rebase } from '../record/merge.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { openAuthority } from './authority.ts';
import { openReplica } from './replica.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const changes = 10_000;

/** Ten thousand changes of one object, made offline; putting it together anew for each would take minutes. */
test.each([
  ['accepted', 0],
  ['refused', changes],
])('replica - ten thousand changes of one object are %s in one exchange', async (outcome, count) => {
  const server = await openAuthority({
    ...{ partition: 'main/thing', datasource: memoryDatasource(), replica: 'server', epoch: 'e1' },
    judge: async (op, current) => {
      if (outcome === 'refused' && op.kind === 'update') throw new TestudoError('FORBIDDEN', 'no more');
      return { ...rebase(current?.fields ?? {}, op.patch), schemaVersion: 1, flow: noEffect };
    },
    viewOf: () => ({ digest: 'all', sees: () => true }),
    now: () => 1,
  });
  const replica = await openReplica({
    ...{ partition: 'main/thing', datasource: memoryDatasource(), replica: 'ann', now: () => 1 },
    link: {
      push: (request) => server.push(structuredClone(request), ada),
      pull: (request) => server.pull(request, ada),
    },
    onError(error) {
      throw error;
    },
  });
  await replica.write(draftOp({ id: 'a', kind: 'create', patch: { set: { n: -1 }, unset: [], base: {} } }));
  for (let n = 0; n < changes; n += 1)
    await replica.write(draftOp({ id: 'a', patch: { set: { n }, unset: [], base: { n: n - 1 } } }));
  await replica.exchange();
  expect([replica.pending().length, replica.refused().length]).toEqual([0, count]);
  expect(replica.get('a')?.fields).toEqual({ n: outcome === 'refused' ? -1 : changes - 1 });
});
