import { expect, test } from 'vitest';

import type { Snapshot } from '../catalog/admission-api.ts';
import type { RealmApi, RealmReport } from '../realm/realm-api.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { liveConfiguration } from './live-configuration.ts';
import { createModelRegistry } from './model-registry.ts';
import { defaultLimits } from './realm-limits.ts';
import { createRealmSupervisor } from './realm-supervisor.ts';

const integrity = `sha384-${'A'.repeat(64)}`;

function snapshotOf(...builds: string[]): Snapshot {
  return {
    revision: 1,
    builds: builds.map((each) => {
      const [name = '', build = ''] = each.split('@');
      return {
        remote: { name, kind: 'model', build, url: 'http://remote.test/remote.json', integrity },
        sidecar: {
          name,
          kind: 'model',
          version: '1.0.0',
          build,
          api: 1,
          mf: '2.9',
          entry: 'entry.js',
          global: `testudo_${name}_${build}`,
          exposes: ['./models'],
          files: [{ path: 'entry.js', integrity, bytes: 1 }],
          capabilities: {},
        },
      };
    }),
  };
}

/** Realms that end by themselves when `deadly` is loaded, and refuse to load `broken`. */
function world() {
  const platform = virtualPlatform();
  const realms: { loaded: string[]; isOver: boolean; lose: (reason: string) => void }[] = [];
  const gate = { open: Promise.resolve(), come: Promise.resolve(), isBound: true };
  const report: RealmReport = { runtime: 'inline', lockdown: false, powersRemoved: 0, builds: [], heapBytes: null };
  const startRealm = async (name: string) => {
    const realm = { loaded: [] as string[], isOver: false, lose: (_reason: string): void => {} };
    realms.push(realm);
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const api: RealmApi = {
      async load({ sidecar }) {
        await gate.open;
        if (sidecar.build === 'deadly') realm.lose('it ran away');
        if (sidecar.build === 'deadly') return { ok: false, error: { code: 'REALM_LOST', message: 'gone' } };
        if (sidecar.build === 'broken') return { ok: false, error: { code: 'SPEC_INVALID', message: 'no models' } };
        realm.loaded.push(sidecar.global);
        const { name: remote, build, global } = sidecar;
        return { ok: true, value: { remote, build, global, models: [], adapters: [], services: [] } };
      },
      bind: async () => {
        await Promise.race([gate.come, ended]);
        if (realm.isOver) return { ok: false, error: { code: 'REALM_LOST', message: 'ended' } };
        return gate.isBound
          ? { ok: true, value: null }
          : { ok: false, error: { code: 'CONFIG_INVALID', message: 'no such service' } };
      },
      evict: async () => ({ ok: true, value: null }),
      decide: async () => [],
      callPort: async () => ({ ok: false, error: { code: 'INTERNAL', message: 'not here' } }),
      handleEvent: async () => ({ ok: true, value: null }),
      keep: async () => ({ ok: true, value: null }),
      callAdapter: async () => ({ ok: false, error: { code: 'ADAPTER_MISSING', message: 'not here' } }),
      inspect: async () => ({ ok: true, value: report }),
    };
    return {
      name,
      api,
      async terminate() {
        realm.isOver = true;
        end();
      },
      onLost: (listener: (reason: string) => void) => void (realm.lose = listener),
    };
  };
  const supervisor = createRealmSupervisor({
    name: 'main',
    startRealm,
    ask: async () => null,
    platform,
    registry: createModelRegistry(),
    events: { emit: () => {}, on: () => ({ dispose: () => {} }) },
    configuration: liveConfiguration({
      bindings: { adapters: {}, services: {} },
      endpoints: {},
      grants: {},
      trace: false,
    }),
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async () => new ArrayBuffer(0),
    limits: defaultLimits,
    runtime: 'node',
    onCall: () => {},
    demandFree: async () => {},
    onReady: () => {},
  });
  return { supervisor, platform, realms, gate };
}

test('after a loss nobody gets the new realm before its builds are loaded', async () => {
  const { supervisor, platform, realms, gate } = world();
  await supervisor.use(snapshotOf('a@one', 'b@one'));
  let open = (): void => {};
  gate.open = new Promise((resolve) => (open = () => resolve()));
  realms[0]?.lose('a crash');
  const ready = supervisor.ready();
  platform.pass(1);
  await settled();
  expect(realms).toHaveLength(2);
  expect(supervisor.now()).toBeNull();
  open();
  await ready;
  expect(realms[1]?.loaded).toEqual(['testudo_a_one', 'testudo_b_one']);
});

test('a build that ends the realm is not tried again, and the others run on', async () => {
  const { supervisor, platform, realms } = world();
  await supervisor.use(snapshotOf('a@one'));
  await expect(supervisor.use(snapshotOf('a@one', 'b@deadly'))).rejects.toMatchObject({
    code: 'REALM_LOST',
    data: { remotes: ['b'] },
  });
  platform.pass(1);
  await supervisor.ready();
  expect(realms).toHaveLength(2);
  expect(realms[1]?.loaded).toEqual(['testudo_a_one']);
});

test('a broken build costs its own remote only, by name', async () => {
  const { supervisor, realms } = world();
  await expect(supervisor.use(snapshotOf('a@one', 'b@broken', 'c@one'))).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    data: { remotes: ['b'] },
  });
  expect(realms[0]?.loaded).toEqual(['testudo_a_one', 'testudo_c_one']);
  expect(supervisor.now()).not.toBeNull();
});

test('a program that does not come is ended after a while, and started again', async () => {
  const { supervisor, platform, realms, gate } = world();
  gate.come = new Promise(() => {});
  const used = supervisor.use(snapshotOf('a@one')).catch((error: unknown) => error);
  await settled();
  gate.come = Promise.resolve();
  platform.pass(defaultLimits.loadMs);
  expect(await used).toMatchObject({ code: 'REALM_LOST' });
  expect(realms[0]?.isOver).toBe(true);
  platform.pass(1);
  await supervisor.ready();
  expect(realms[1]?.loaded).toEqual(['testudo_a_one']);
});

test('whoever waits for a realm that does not come is told so', async () => {
  const { supervisor, platform } = world();
  const waiting = supervisor.ready();
  platform.pass(10_000);
  await expect(waiting).rejects.toMatchObject({ code: 'REALM_LOST' });
  const closing = supervisor.ready();
  await Promise.all([expect(closing).rejects.toMatchObject({ code: 'REALM_LOST' }), supervisor.close()]);
});

test('a realm that comes up while the host closes is ended with it', async () => {
  const { supervisor, realms, gate } = world();
  let open = (): void => {};
  gate.open = new Promise((resolve) => (open = () => resolve()));
  const using = supervisor.use(snapshotOf('a@one'));
  await settled();
  await supervisor.close();
  open();
  await expect(using).rejects.toMatchObject({ code: 'REALM_LOST' });
  expect(realms.map(({ isOver }) => isOver)).toEqual([true]);
  expect(supervisor.now()).toBeNull();
});

test('a realm that takes no bindings is ended before the next one starts', async () => {
  const { supervisor, platform, realms, gate } = world();
  gate.isBound = false;
  await expect(supervisor.use(snapshotOf('a@one'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  gate.isBound = true;
  platform.pass(1);
  await supervisor.ready();
  expect(realms.map(({ isOver }) => isOver)).toEqual([true, false]);
});
