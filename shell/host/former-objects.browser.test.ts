import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { OpDraft, Recorded, RequestKey } from '@testudo/fabric/sync/sync-api';
import { openPlainAuthority } from '@testudo/fabric/testing/plain-authority';
import { draftOp } from '@testudo/fabric/testing/sim/draft-op';
import { deleteDB } from 'idb';
import { expect, test } from 'vitest';

import { indexeddbDatasource } from '../indexeddb-datasource.ts';
import { formerObjects } from './former-objects.ts';

const me = { user: 'me', roles: [], tenant: 'main' };
const ada = { user: 'ada', roles: [], tenant: 'main' };

/** The host of a user who signs in: what it has recorded is on its way until it is accepted. */
function signedIn() {
  const made = new Map<string, OpDraft>();
  const state = { isAccepted: false };
  const partition = {
    write: (draft: OpDraft) => {
      made.set(draft.requestId, draft);
      return Promise.resolve({} as Recorded);
    },
    former: ({ requestId }: RequestKey) => Promise.resolve(made.has(requestId) ? ({} as Recorded) : undefined),
    get: () => undefined,
    pending: () => (state.isAccepted ? [] : [...made.values()]),
  };
  return { made, state, host: { partition: () => partition } as unknown as RunningHost };
}

async function names(): Promise<readonly (string | undefined)[]> {
  return (await indexedDB.databases()).map(({ name }) => name);
}

async function alone(ids: readonly string[]): Promise<string> {
  const name = `testudo-${crypto.randomUUID()}`;
  const store = await indexeddbDatasource({ name, fence: true });
  await store.commit([{ collection: 'meta', key: 'epoch', value: 'e-of-me' }]);
  const authority = await openPlainAuthority(store);
  for (const id of ids)
    await authority.submit(draftOp({ id, kind: 'create', patch: { set: {}, unset: [], base: {} } }), me);
  await store.close();
  return name;
}

test('a former database is looked at, taken over, and removed once all of it is accepted', async () => {
  const name = await alone(['a', 'b']);
  const { made, state, host } = signedIn();
  expect(await formerObjects('look', host, ada)).toMatchObject({ objects: { thing: 2 } });
  expect(made.size).toBe(0);
  for (let time = 0; time < 2; time += 1)
    expect(await formerObjects('take', host, ada)).toEqual({ objects: {}, notTaken: [] });
  expect(made.size).toBe(2);
  expect(await names()).toContain(name);
  state.isAccepted = true;
  await formerObjects('look', host, ada);
  expect(await names()).not.toContain(name);
});

test('a former database without objects is left: its host may be about to make the first', async () => {
  const name = await alone([]);
  expect(await formerObjects('look', signedIn().host, ada)).toEqual({ objects: {}, notTaken: [] });
  expect(await names()).toContain(name);
  await deleteDB(name);
});
