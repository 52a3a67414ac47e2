import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { openReplica } from './replica.ts';
import type { Authority, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const now = (): number => 7;

const openServer = (records: Records = new Map(), life: string = 'e1'): Promise<Authority> =>
  openPlainAuthority(memoryRecords(records), { life, now });

/** @param isHeard whether replies of pushes arrive */
function open(
  records: Records,
  replica: string,
  server: Authority,
  isHeard: () => boolean = () => true,
): Promise<Replica> {
  return openReplica({
    ...{ partition, datasource: memoryRecords(records), replica, now },
    onError: () => undefined,
    link: {
      async push(request) {
        if (!request.replica.startsWith(replica) && server.userOf(request.replica) !== 'ada')
          throw new TestudoError('FORBIDDEN', 'not yours');
        const reply = await server.push(structuredClone(request), ada);
        if (!isHeard()) throw new TestudoError('DEADLINE', 'no reply');
        return reply;
      },
      pull: (request) => server.pull(request, ada),
    },
  });
}

const create = (id: string) => draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} } });

test('a host with a new name - what was decided under the former one is not made again, the rest goes on under the new one', async () => {
  const [server, records] = [await openServer(), new Map() as Records];
  let isHeard = true;
  const former = await open(records, 'ann', server, () => isHeard);
  await former.write(create('a'));
  await former.exchange();
  isHeard = false;
  await former.write(create('b'));
  await expect(former.exchange()).rejects.toMatchObject({ code: 'DEADLINE' });
  await former.write(create('c'));

  const renamed = await open(records, 'bob', server);
  await renamed.exchange();
  expect(renamed.pending()).toEqual([]);
  await renamed.write(create('d'));
  await renamed.exchange();
  expect(server.list().map(({ id, version }) => [id, version])).toEqual(['a', 'b', 'c', 'd'].map((id) => [id, 1]));
  expect(renamed.refused()).toEqual([]);
  expect(server.userOf('bob')).toBe('ada');
  const again = await open(records, 'bob', server);
  expect([again.list(), again.pending(), again.seq]).toEqual([renamed.list(), [], 4]);
});

test('a host with a new name - of what nobody knows under the former one all goes on under the new one', async () => {
  const [server, records] = [await openServer(), new Map() as Records];
  const former = await open(records, 'ann', server);
  for (const id of ['a', 'b']) await former.write(create(id));
  const renamed = await open(records, 'bob', server);
  expect(renamed.pending().map(({ replica }) => replica)).toEqual(['ann', 'ann']);
  await renamed.exchange();
  expect([renamed.pending(), server.list().map(({ id }) => id)]).toEqual([[], ['a', 'b']]);
  expect([server.userOf('ann'), server.userOf('bob')]).toEqual(['', 'ada']);
});

test('a host with a new name - what was decided under the former one is not made again by a server that has started anew', async () => {
  const disk: Records = new Map();
  const [server, records] = [await openServer(disk), new Map() as Records];
  let isHeard = true;
  const former = await open(records, 'ann', server, () => isHeard);
  await former.write(create('a'));
  await former.exchange();
  isHeard = false;
  await former.write(draftOp({ id: 'a', patch: { set: { v: 'sent' }, unset: [], base: {} } }));
  await expect(former.exchange()).rejects.toMatchObject({ code: 'DEADLINE' });

  const next = await openServer(disk, 'next');
  const renamed = await open(records, 'bob', next);
  await renamed.exchange();
  expect([renamed.pending(), next.list().map(({ version }) => version)]).toEqual([[], [2]]);
});
