import { expect, test } from 'vitest';

import type { RealmApi } from '../realm/realm-api.ts';
import { scriptedRealm } from '../testing/scripted-realm.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { defaultLimits } from './realm-limits.ts';
import { RealmRun } from './realm-run.ts';
import { watchRealm } from './watch-realm.ts';

const call = {
  modelName: 'm',
  port: 'p',
  id: '1',
  fields: {},
  version: 1,
  args: [],
  idempotencyKey: 'k',
  timeoutMs: 0,
};
const never = new Promise<never>(() => undefined);

/** A run whose realm can be made silent, and tells how much it holds. */
function world(parts: Partial<RealmApi> = {}, heap?: { bytes: number }) {
  const platform = virtualPlatform();
  const realm = { isSilent: false, pings: 0, ended: '' };
  const inspect: RealmApi['inspect'] = async () => {
    realm.pings += 1;
    return realm.isSilent ? never : { ok: false, error: { code: 'UNAVAILABLE', message: 'here' } };
  };
  const handle = {
    name: 'main',
    api: scriptedRealm({ callPort: () => never, inspect, ...parts }),
    terminate: async (reason?: string) => void (realm.ended = reason ?? ''),
    onLost: () => undefined,
    ...(heap ? { heapBytes: async () => heap.bytes } : {}),
  };
  const run = new RealmRun(handle, {
    ...{ name: 'main', limits: defaultLimits, platform, runtime: 'node' as const },
    startRealm: async () => handle,
    configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
    events: { emit: () => undefined, on: () => ({ dispose: () => undefined }) },
    fetch: () => never,
    bytes: () => never,
    ask: () => never,
    onCall: () => watch.called(),
  });
  const watch = watchRealm(run, defaultLimits, platform);
  const pass = async (durationMs: number): Promise<void> => {
    for (let passed = 0; passed < durationMs; passed += 100) {
      platform.pass(100);
      await settled();
    }
  };
  return { run, realm, platform, pass };
}

test('watchdog - a realm that does not answer is asked twice and ended within two seconds', async () => {
  const { run, realm, pass } = world();
  realm.isSilent = true;
  void run.api.callPort(call);
  await pass(1400);
  expect(realm).toMatchObject({ pings: 2, ended: '' });
  await pass(100);
  expect(realm.ended).toContain('answered nothing');
  expect(run.lost).toContain('2000 ms');
});

test.each([5100, 5600])(
  'watchdog - a realm that falls silent after %i ms is ended within two seconds of that',
  async (ms) => {
    const { run, realm, pass } = world();
    void run.api.callPort(call);
    await pass(ms);
    expect(run.lost).toBeNull();
    realm.isSilent = true;
    await pass(2000);
    expect(run.lost).toContain('answered nothing');
  },
);

test('watchdog - a call may wait for its partner as long as the realm answers', async () => {
  const { run, pass } = world();
  void run.api.callPort(call);
  await pass(60_000);
  expect(run.lost).toBeNull();
});

test('watchdog - a realm without calls is left alone, and one that loads is not taken for silent', async () => {
  const { run, realm, platform, pass } = world({
    load: () => never,
    callPort: async () => ({ ok: false, error: { code: 'PORT_FAILED', message: 'no' } }),
  });
  realm.isSilent = true;
  await run.api.callPort(call);
  await pass(10_000);
  expect([realm.pings, platform.timers]).toEqual([0, 0]);
  void run.api.load({ sidecar: {} as never, endpoints: {} });
  void run.api.decide([]);
  await pass(10_000);
  expect(run.lost).toBeNull();
});

test('watchdog - a realm that holds too much is ended, with or without calls', async () => {
  const heap = { bytes: 1 };
  const { run, pass } = world({ decide: async () => [] }, heap);
  await run.api.decide([]);
  await pass(5000);
  expect(run.lost).toBeNull();
  heap.bytes = defaultLimits.heapBytes + 1;
  await pass(2100);
  expect(run.lost).toContain(`it holds ${heap.bytes} bytes`);
});
