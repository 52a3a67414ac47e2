import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { OpDraft, Recorded, RequestKey } from './sync-api.ts';
import { leftOf, takeFormer, type TakeOptions } from './take-former.ts';

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
