import type { Snapshot } from '@testudo/fabric/catalog/admission-api';
import { TestudoError } from '@testudo/fabric/error';
import type { HostEvent, HostReport } from '@testudo/fabric/host/host-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, test } from 'vitest';

import { notingMissing, startModels } from './missing-models.ts';
import { storageTroubles } from './storage-troubles.ts';

const kept = { revision: 3, builds: [] } as unknown as Snapshot;

/** A host of which each use of a snapshot fails with `failure`, while there is one. */
function setUp() {
  const now: { failure: TestudoError | null } = { failure: null };
  const listeners: ((event: HostEvent) => void)[] = [];
  const troubles = storageTroubles(() => undefined);
  const used = (more: { traced?: true } = {}): void =>
    listeners.forEach((tell) => tell({ type: 'snapshot', revision: 3, atMs: 0, node: 'n', ...more }));
  const on: RunningHost['on'] = (listener) => {
    listeners.push(listener);
    return { dispose: () => undefined };
  };
  const host = notingMissing(
    {
      on,
      async useSnapshot() {
        used();
        if (now.failure) throw now.failure;
      },
      inspect: async () => ({}) as HostReport,
    },
    troubles,
  );
  return { now, host, on, used, troubles, places: () => troubles.list().map(({ place }) => place) };
}

test('a realm that has not come is told until models are open', async () => {
  const { now, host, used, places } = setUp();
  now.failure = new TestudoError('REALM_LOST', 'its program has not come');
  await expect(host.useSnapshot(kept)).rejects.toMatchObject({ code: 'REALM_LOST' });
  expect(places()).toEqual(['programs']);
  used();
  expect(places()).toEqual([]);
});

test('a realm that its builds have ended has come', async () => {
  const { now, host, places } = setUp();
  now.failure = new TestudoError('REALM_LOST', 'it ended', { data: { remotes: ['order'] } });
  await expect(host.useSnapshot(kept)).rejects.toMatchObject({ code: 'REALM_LOST' });
  expect(places()).toEqual([]);
});

test('models that hang are waited for ten seconds, and told and asked for until they are open', async () => {
  const { on, used, troubles, places } = setUp();
  const platform = virtualPlatform();
  let [isOver, refreshed] = [false, 0];
  const catalog = { start: () => new Promise<void>(() => {}), refresh: async () => void (refreshed += 1) };
  void startModels({ host: { on }, catalog, platform, troubles }).then(() => (isOver = true));
  platform.pass(9999);
  await settled();
  expect([isOver, places()]).toEqual([false, []]);
  platform.pass(1);
  await settled();
  expect([isOver, places(), refreshed]).toEqual([true, ['programs'], 1]);
  used({ traced: true });
  platform.pass(20_000);
  expect([places(), refreshed]).toEqual([['programs'], 2]);
  used();
  platform.pass(60_000);
  expect([places(), refreshed, platform.timers]).toEqual([[], 2, 0]);
});

test('the failure of a start is no start: it is told after ten seconds', async () => {
  const { on, troubles, places } = setUp();
  const platform = virtualPlatform();
  const catalog = { start: async () => undefined, refresh: async () => undefined };
  await startModels({ host: { on }, catalog, platform, troubles });
  platform.pass(10_000);
  expect(places()).toEqual(['programs']);
});
