import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { modelWorld } from '../testing/model-world.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const thing = defineModel({
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
}) as unknown as ModelSpec;

test('a damaged object - its server starts, has it back from the log and tells its operator alone', async () => {
  const records: Records = new Map();
  const former = (await modelWorld(thing, {}, memoryRecords(records))).server;
  const { state } = await former.write({ modelName: 'thing', kind: 'create', input: { name: 'n' } }, ada);
  records.get('objects/main/thing')?.set(state.id, '{"dam');
  const { server, platform, guest } = await modelWorld(thing, {}, memoryRecords(records));
  expect(await server.find('thing', state.id, ada)).toEqual(state);
  expect((await server.inspect()).troubles).toEqual([
    { place: 'damaged-thing', code: 'CORRUPT', message: expect.stringContaining('1 of 1 damaged objects came back') },
  ]);
  expect(platform.errors.splice(0)).toEqual([expect.objectContaining({ code: 'CORRUPT' })]);
  const peer = await guest('other-1', { user: 'host:other-1', roles: ['host'], tenant: 'main' });
  expect(await peer.request('host.inspect', null, { to: server.node, deadlineMs: 1000 })).toMatchObject({
    troubles: [],
  });
});
