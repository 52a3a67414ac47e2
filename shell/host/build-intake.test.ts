import type { Admission, AdmittedBuild, Snapshot } from '@testudo/fabric/catalog/admission-api';
import type { CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { TestudoError } from '@testudo/fabric/error';
import type { HostReport } from '@testudo/fabric/host/host-api';
import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, test } from 'vitest';

import { BuildIntake } from './build-intake.ts';

const remote = (name: string): CatalogRemote => ({
  name,
  kind: 'model',
  build: 'b1',
  url: `http://${name}.example/b1/remote.json`,
  integrity: `sha384-${name.repeat(64)}`,
});

/** An intake of three models; `admit` decides what becomes of each. */
function setUp(admit: (name: string) => Promise<void>) {
  const platform = virtualPlatform();
  const used: string[][] = [];
  const told: string[] = [];
  const store = { isSlow: false };
  const errors: unknown[] = [];
  let snapshot: Snapshot | undefined;
  const admission: Pick<Admission, 'admit' | 'take' | 'current' | 'sweep'> = {
    async admit(each) {
      await admit(each.name);
      return { remote: each, sidecar: { global: each.name } } as AdmittedBuild;
    },
    async take({ revision, remotes }) {
      snapshot = { revision, builds: await Promise.all(remotes.map((each) => admission.admit(each))) };
      return { snapshot, refused: [] };
    },
    current: async () => snapshot,
    sweep: async () => undefined,
  };
  const intake = new BuildIntake({
    admission: admission as Admission,
    platform,
    locks: { query: async () => ({ held: [], pending: [] }) },
    host: {
      async useSnapshot({ builds }) {
        used.push(builds.map((build) => build.remote.name));
        if (store.isSlow) throw new TestudoError('DEADLINE', 'the store says nothing');
      },
      inspect: async () => ({ realms: {} }) as HostReport,
    },
    fetchCatalog: async () => ({ schema: 1, revision: 1, remotes: ['a', 'b', 'c'].map(remote) }),
    emit: (event) => told.push(event.type === 'build' ? `${event.phase} ${event.remote}` : event.type),
    onSettled: (refusals) => told.push(`settled ${refusals.map(({ code }) => code).join()}`.trim()),
    onError(error) {
      if (!store.isSlow) throw error;
      errors.push(error);
    },
  });
  const advance = async (durationMs: number): Promise<void> => {
    await settled();
    platform.pass(durationMs);
    await settled();
  };
  return { intake, advance, used, told, store, errors };
}

test('a model whose origin hangs holds up the others for a moment only, and joins them when it comes', async () => {
  let arrive = (): void => undefined;
  const hanging = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const { intake, advance, used } = setUp((name) => (name === 'b' ? hanging : Promise.resolve()));
  const started = intake.begin();
  await advance(3000);
  await started;
  expect(used).toEqual([['a', 'c']]);
  const refreshed = intake.refresh();
  await advance(3000);
  await refreshed;
  arrive();
  await advance(0);
  expect(used[used.length - 1]).toEqual(['a', 'b', 'c']);
});

test('what could not be had is asked for again, ever more rarely, until it is there', async () => {
  let isDown = true;
  const { intake, advance, used, told } = setUp(async (name) => {
    if (name === 'b' && isDown) throw new TestudoError('LOAD_FAILED', 'its server is down');
  });
  await intake.refresh();
  expect(used).toEqual([['a', 'c']]);
  await advance(2000);
  await advance(3999);
  expect(told.filter((event) => event === 'refused b')).toHaveLength(2);
  isDown = false;
  await advance(1);
  expect(used).toEqual([
    ['a', 'c'],
    ['a', 'b', 'c'],
  ]);
  await advance(600_000);
  expect(used).toHaveLength(2);
});

test('what the host could not use is used anew when the catalogue is asked for again, until it is', async () => {
  const { intake, used, store, errors } = setUp(() => Promise.resolve());
  const all = ['a', 'b', 'c'];
  store.isSlow = true;
  await intake.refresh();
  await intake.refresh();
  store.isSlow = false;
  await intake.refresh();
  await intake.refresh();
  expect([used, errors.length]).toEqual([[all, all, all], 2]);
});
