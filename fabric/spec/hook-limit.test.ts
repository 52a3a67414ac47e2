import { expect, test } from 'vitest';

import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { createHookLimits } from './hook-limit.ts';

const never = (): Promise<number> => new Promise<number>(() => undefined);

function world() {
  const platform = virtualPlatform();
  const realm = { isWaiting: false };
  const limits = createHookLimits(platform, () => realm.isWaiting);
  const outcomes: string[] = [];
  const run = (name: string, limitMs: number, hook: () => number | Promise<number>): void => {
    Promise.resolve(limits(limitMs)(name, hook)).then(
      () => outcomes.push(`${name} done`),
      (error: { code: string }) => outcomes.push(`${name} ${error.code}`),
    );
  };
  const pass = async (durationMs: number): Promise<void> => {
    for (let passed = 0; passed < durationMs; passed += 50) {
      platform.pass(50);
      await settled();
    }
  };
  return { platform, realm, run, pass, outcomes };
}

test('hook limit - a hook that does not settle is refused after its time, others go on', async () => {
  const { run, pass, outcomes } = world();
  run('hangs', 1000, never);
  run('longer', 5000, never);
  await pass(1000);
  expect(outcomes).toEqual([]);
  await pass(250);
  expect(outcomes).toEqual(['hangs HOOK_TIMEOUT']);
  await pass(5250);
  expect(outcomes).toEqual(['hangs HOOK_TIMEOUT', 'longer HOOK_TIMEOUT']);
});

test('hook limit - while the realm waits for its host’s bytes no time counts', async () => {
  const { realm, run, pass, outcomes } = world();
  realm.isWaiting = true;
  run('loads', 1000, never);
  await pass(60_000);
  expect(outcomes).toEqual([]);
  realm.isWaiting = false;
  await pass(1250);
  expect(outcomes).toEqual(['loads HOOK_TIMEOUT']);
});

test('hook limit - a hook that settles in time is left alone, one that is synchronous costs no timer', async () => {
  const { platform, run, pass, outcomes } = world();
  run('at once', 1000, () => 1);
  expect(platform.timers).toBe(0);
  run('soon', 1000, async () => 2);
  await pass(2000);
  expect(outcomes).toEqual(['at once done', 'soon done']);
  expect(platform.timers).toBe(0);
});
