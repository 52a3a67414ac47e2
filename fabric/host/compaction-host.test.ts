import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { modelWorld } from '../testing/model-world.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { HostEvent } from './host-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const dayMs = 86_400_000;
const thing = defineModel({
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'], delete: ['owner'] },
}) as unknown as ModelSpec;

test('a host that puts ops in order - gives back what is older than its retention, tells it, and inspect shows it', async () => {
  const records: Records = new Map();
  const { server, platform } = await modelWorld(thing, {}, memoryRecords(records));
  const events: HostEvent[] = [];
  server.on((event) => void (event.type === 'compacted' && events.push(event)));
  const { state } = await server.write({ modelName: 'thing', kind: 'create', input: { n: 1 } }, ada);
  await server.write({ modelName: 'thing', kind: 'create', input: { n: 2 } }, ada);
  await server.write({ modelName: 'thing', kind: 'delete', id: state.id, input: null }, ada);
  const [before] = (await server.inspect()).partitions;
  expect(before?.log).toMatchObject({ floor: 0, entries: 3, compactedMs: null });
  for (const days of [29, 2]) {
    platform.pass(days * dayMs);
    for (let turns = 0; turns < 20; turns += 1) await settled();
  }
  const given = { log: 3, ops: 2, requests: 0, tombstones: 1 };
  expect(events).toMatchObject([{ type: 'compacted', modelName: 'thing', floor: 3, given }]);
  const [after] = (await server.inspect()).partitions;
  expect(after).toMatchObject({ objects: 1, seq: 3, log: { floor: 3, entries: 0, given } });
  expect([records.get('log/main/thing')?.size, records.get('gone-ids/main/thing')?.size]).toEqual([0, 1]);
  await server.close();
  expect(platform.timers).toBe(0);
});
