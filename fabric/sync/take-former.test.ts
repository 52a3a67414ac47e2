import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openReplica } from './replica.ts';
import type { OpDraft, Recorded, RequestKey } from './sync-api.ts';
import { leftOf, takeFormer, type TakeOptions } from './take-former.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const stateOf = (modelName: string, id: string): ObjectState => ({
  ...{ id, modelName, owner: 'me', version: 1, seq: 1, schemaVersion: 1, createdMs: 0, updatedMs: 0 },
  ...{ fields: { text: id }, flow: null, deleted: false },
});

const former = { epoch: 'e-of-me', states: [stateOf('note', 'n1'), stateOf('gone', 'g1'), stateOf('note', 'n2')] };

/** A host that runs the model `note` only. */
function host() {
  const made = new Map<string, Recorded>();
  const taker = {
    write: (draft: OpDraft) => {
      const recorded = { op: draft, state: former.states[0] } as unknown as Recorded;
      made.set(draft.requestId, recorded);
      return Promise.resolve(recorded);
    },
    former: ({ requestId }: RequestKey) => Promise.resolve(made.get(requestId)),
    get: () => undefined,
  };
  const options: TakeOptions = {
    now: () => 1,
    taker(modelName) {
      if (modelName === 'note') return taker;
      throw new TestudoError('UNAVAILABLE', `no model ${modelName} here`);
    },
  };
  return { made, options };
}

test('taking over - each object once, however often it is done; those of a model that is not deployed stay, and it is said', async () => {
  const { made, options } = host();
  expect((await leftOf(former, options)).map(({ id }) => id)).toEqual(['n1', 'g1', 'n2']);
  for (let time = 0; time < 2; time += 1) {
    expect(await takeFormer(former, options)).toMatchObject([{ modelName: 'gone', error: { code: 'UNAVAILABLE' } }]);
    expect([...made.keys()]).toEqual(['taken:e-of-me:n1', 'taken:e-of-me:n2']);
    expect((await leftOf(former, options)).map(({ id }) => id)).toEqual(['g1']);
  }
});

test('taking over - what was taken over stays so when the requests for it are not known any more', async () => {
  const server = await openPlainAuthority(memoryRecords());
  const records: Records = new Map();
  const replica = await openReplica({
    ...{ partition: 'main/thing', datasource: memoryRecords(records), replica: 'ann', now: () => 1 },
    link: {
      push: (request) => server.push(structuredClone(request), ada),
      pull: (request) => server.pull(request, ada),
    },
    onError(error) {
      throw error;
    },
  });
  const states = Array.from({ length: 1500 }, (_none, at) => stateOf('thing', `t${1000 + at}`));
  const options: TakeOptions = { now: () => 2, taker: () => replica };
  expect(await takeFormer({ epoch: 'e', states }, options)).toEqual([]);
  await replica.exchange();
  for (let n = 0; n < 500; n += 1) await replica.write(draftOp({ id: `own${n}`, kind: 'create' }));
  await expect.poll(() => records.get('requests/main/thing')?.size).toBe(1000);
  expect(await leftOf({ epoch: 'e', states }, options)).toEqual([]);
  const other = { ...stateOf('thing', 'own1'), createdMs: 9 };
  expect(await leftOf({ epoch: 'e', states: [other] }, options)).toEqual([other]);
});
