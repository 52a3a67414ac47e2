import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { opId } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openReplica } from './replica.ts';
import type { Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';

test('another id - a store that does not answer in the midst of it costs nothing, also after a restart', async () => {
  const records: Records = new Map();
  const disk = memoryRecords(records);
  const state = { isUp: false, isSilent: false };
  const silent = (): TestudoError => new TestudoError('DEADLINE', 'the disk does not answer');
  const datasource: Datasource = {
    ...disk,
    get: (collection, key) => (state.isSilent ? Promise.reject(silent()) : disk.get(collection, key)),
  };
  const server = await openPlainAuthority(memoryRecords());
  const away = (): TestudoError => new TestudoError('LINK_CLOSED', 'away');
  const open = (): Promise<Replica> =>
    openReplica({
      ...{ partition, datasource, replica: 'ann', now: () => 1, onError: () => undefined },
      link: {
        push: async (request) => {
          if (!state.isUp) throw away();
          return server.push(structuredClone(request), ada);
        },
        pull: (request) => server.pull(request, ada),
      },
    });
  const replica = await open();
  const ids = ['a', 'b', 'c', 'd'];
  const create = (id: string) => draftOp({ id, kind: 'create', requestId: `ada:${id}` });
  for (const id of ids) await replica.write(create(id));
  const [, second] = replica.pending();
  await replica.dismiss(opId(second!));
  Object.assign(state, { isUp: true, isSilent: true });
  await expect(replica.exchange()).rejects.toMatchObject({ code: 'DEADLINE' });
  state.isSilent = false;
  const again = await open();
  await again.exchange();
  expect([again.list().map(({ id }) => id), server.list()]).toEqual([['a', 'c', 'd'], again.list()]);
});
