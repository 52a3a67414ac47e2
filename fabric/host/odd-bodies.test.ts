import { expect, test } from 'vitest';

import type { Plain, PlainRecord } from '../plain.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { modelWorld } from '../testing/model-world.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
};

const bodies: { readonly [subject: string]: PlainRecord } = {
  'sync.main.thing.push': { replica: 'ann-1', ops: [], life: '', offers: [] },
  'sync.main.thing.pull': { since: null, limit: 1, credits: 1, have: [] },
  'sync.main.thing.credit': { credits: 1, from: null },
  'sync.main.follows': { credits: 1, from: {} },
  'model.main.thing.find': { id: 'a' },
  'model.main.thing.history': { id: 'a', limit: 1, before: 1 },
  'model.main.thing.list': { query: {}, as: null },
  'model.main.thing.count': { query: {}, as: null },
};
const odd: readonly Plain[] = [{ toString: 1 }, { toString: 1, valueOf: 1 }, [[{ toString: 1 }]], null, true, -1, 'x'];

test('whatever a host sends to a door of an authority, the answer has a code, and nothing is reported as a fault', async () => {
  const { guest, platform } = await modelWorld(model);
  const node = await guest('ann-1', ada);
  const uncoded: string[] = [];
  let refused = 0;
  const ask = async (subject: string, body: Plain): Promise<void> => {
    const code = await node.request(subject, body).then(
      () => '',
      (error: { readonly code?: string }) => error.code,
    );
    if (code !== '') refused += 1;
    if (code === undefined || code === 'INTERNAL') uncoded.push(`${subject} ${JSON.stringify(body)}`);
  };
  for (const [subject, body] of Object.entries(bodies))
    for (const value of odd) {
      await ask(subject, value);
      for (const key of Object.keys(body)) await ask(subject, { ...body, [key]: value });
    }
  expect([uncoded, platform.errors]).toEqual([[], []]);
  expect(refused).toBeGreaterThan(60);
});
