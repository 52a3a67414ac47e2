import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import { objectWorld } from '../testing/object-world.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };

test('a handler and the inbound port whose event it answers stop each other', async () => {
  const heard: string[] = [];
  const note = defineModel({
    modelName: 'note',
    endpoint: 'notes',
    factory: () => (input: PlainRecord) => input,
    ports: { ring: { type: 'inbound', writes: ['n'], producesEvent: 'noteRang', callback: () => ({ n: 1 }) } },
    eventHandlers: [
      {
        on: 'noteRang',
        handle: async ({ name }, { object }) => {
          heard.push(name);
          if (heard.length > 100) return;
          await ((await object()) as unknown as { ring(input: PlainRecord): Promise<unknown> }).ring({});
        },
      },
    ],
    accessControlList: { read: ['owner'], write: ['owner'] },
  });
  const { host, platform } = await objectWorld({ note: { models: { note } } });
  const { state } = await host.write({ modelName: 'note', kind: 'create', input: {} }, ada);
  await host.call({ modelName: 'note', id: state.id, port: 'ring', args: [{}] }, ada);
  await expect.poll(() => platform.errors.length + Number(heard.length > 100), { timeout: 10_000 }).toBeGreaterThan(0);
  expect(heard.length).toBeLessThan(20);
  expect(platform.errors).toMatchObject([{ message: expect.stringContaining('16') }]);
});
