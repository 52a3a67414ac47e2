import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
};

test.each([
  ['that follows its authority', false],
  ['that tries to reach it again', true],
])('a host with copies %s and is closed leaves no timer running', async (_what, isRetrying) => {
  const { server, platform, replica, guest } = await modelWorld(model);
  await server.close();
  expect(platform.timers).toBe(0);
  const host = await replica('ada-1', ada);
  await settled();
  if (isRetrying) await host.write({ modelName: 'thing', kind: 'create', input: {} }, ada);
  else await guest('ada-2', ada);
  for (let turn = 0; turn < 4; turn += 1) await settled();
  expect(platform.timers).toBeGreaterThan(0);
  await host.close();
  for (let turn = 0; turn < 4; turn += 1) await settled();
  expect(platform.timers).toBe(0);
});
