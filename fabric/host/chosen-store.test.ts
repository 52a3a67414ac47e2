import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { OtherDatasources } from '../store/datasource-choice.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const draft = defineModel({
  modelName: 'draft',
  endpoint: 'drafts',
  factory: () => (input) => input,
  datasource: { baseClass: 'memory' },
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
}) as unknown as ModelSpec;
const onDisk = (records: Records) => ({ ...memoryRecords(records), kind: 'indexeddb' as const });

test('a model in memory - leaves nothing on the disk, and a device that forgot it has it anew and goes on', async () => {
  const others: OtherDatasources = {
    chosen: {},
    open: async (kind, use) => (kind === 'memory' && use === 'make' ? memoryRecords() : undefined),
    close: async () => undefined,
  };
  const [serverDisk, deviceDisk]: readonly Records[] = [new Map(), new Map()] as const;
  const world = await modelWorld(draft, {}, onDisk(serverDisk as Records), { datasources: others });
  const first = await world.replica('ada-1', ada, onDisk(deviceDisk as Records));
  const { opId } = await first.write({ modelName: 'draft', kind: 'create', id: 'd1', input: { n: 1 } }, ada);
  await first.synced('draft', opId);
  await world.cut('ada-1');
  const again = await world.replica('ada-1', ada, onDisk(deviceDisk as Records));
  await settled();
  expect((await again.find('draft', 'd1', ada)).fields).toEqual({ n: 1 });
  const next = await again.write({ modelName: 'draft', kind: 'update', id: 'd1', input: { n: 2 } }, ada);
  expect((await again.synced('draft', next.opId)).fields).toEqual({ n: 2 });
  expect((await world.server.find('draft', 'd1', ada)).fields).toEqual({ n: 2 });
  expect(world.platform.errors).toEqual([]);
  for (const disk of [serverDisk, deviceDisk]) expect(disk?.get('objects/main/draft')).toBeUndefined();
});
