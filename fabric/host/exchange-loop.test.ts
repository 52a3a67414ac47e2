import { expect, test } from 'vitest';

import { TestudoError, type ErrorCode } from '../error.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { createExchangeLoop } from './exchange-loop.ts';

function world() {
  const platform = virtualPlatform();
  const state: { runs: number; failure: ErrorCode | null } = { runs: 0, failure: null };
  const loop = createExchangeLoop({
    platform,
    isOnline: () => true,
    async exchange() {
      state.runs += 1;
      if (state.failure !== null) throw new TestudoError(state.failure, 'no');
    },
  });
  const pass = async (durationMs: number): Promise<void> => {
    for (let passed = 0; passed < durationMs; passed += 1000) {
      platform.pass(1000);
      await settled();
    }
  };
  return { platform, state, loop, pass };
}

test('what does not pass is reported once a code, and tried again at least once a minute', async () => {
  const { platform, state, loop, pass } = world();
  state.failure = 'FORBIDDEN';
  loop.nudge();
  await pass(600_000);
  const { runs } = state;
  await pass(60_000);
  expect(state.runs).toBeGreaterThan(runs);
  expect(state.runs).toBeLessThan(40);
  state.failure = 'INTERNAL';
  await pass(120_000);
  expect(platform.errors).toMatchObject([{ code: 'FORBIDDEN' }, { code: 'INTERNAL' }]);
  state.failure = null;
  await pass(60_000);
  const last = state.runs;
  await pass(120_000);
  expect([state.runs, platform.timers]).toEqual([last, 0]);
});

test('what passes is not reported, and a nudge does not wait for the back-off', async () => {
  const { platform, state, loop } = world();
  state.failure = 'LINK_CLOSED';
  loop.nudge();
  await settled();
  loop.nudge();
  await settled();
  expect([state.runs, platform.errors, platform.timers]).toEqual([2, [], 1]);
});
