import type { Snapshot } from '@testudo/fabric/catalog/admission-api';
import { TestudoError } from '@testudo/fabric/error';
import type { HostEvent, HostReport } from '@testudo/fabric/host/host-api';
import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, test } from 'vitest';

import { modelsOrPatience, notingMissing } from './missing-models.ts';
import { storageTroubles } from './storage-troubles.ts';

const kept = { revision: 3, builds: [] } as unknown as Snapshot;

/** A host of which each use of a snapshot fails with `failure`, while there is one. */
function setUp() {
  const now: { failure: TestudoError | null } = { failure: null };
  const listeners: ((event: HostEvent) => void)[] = [];
  const troubles = storageTroubles(() => undefined);
  const used = (): void => listeners.forEach((tell) => tell({ type: 'snapshot', revision: 3, atMs: 0, node: 'n' }));
  const host = notingMissing(
    {
      async useSnapshot() {
        used();
        if (now.failure) throw now.failure;
      },
      inspect: async () => ({}) as HostReport,
      on(listener) {
        listeners.push(listener);
        return { dispose: () => undefined };
      },
    },
    troubles,
  );
  return { now, host, used, troubles, places: () => troubles.list().map(({ place }) => place) };
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

test('models that hang are waited for ten seconds, and told until they are open', async () => {
  const { used, troubles, places } = setUp();
  const platform = virtualPlatform();
  let isOver = false;
  void modelsOrPatience(new Promise(() => {}), platform, troubles).then(() => (isOver = true));
  platform.pass(9999);
  await settled();
  expect([isOver, places()]).toEqual([false, []]);
  platform.pass(1);
  await settled();
  expect([isOver, places()]).toEqual([true, ['programs']]);
  used();
  expect(places()).toEqual([]);
});

test('models that are here in time leave no timer', async () => {
  const { troubles, places } = setUp();
  const platform = virtualPlatform();
  await modelsOrPatience(Promise.resolve(), platform, troubles);
  expect([platform.timers, places()]).toEqual([0, []]);
});
