import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';

import { afterAll, expect, test } from 'vitest';

import type { Loader } from '@testudo/fabric/catalog/loader-api';
import { createLoneLoader } from '@testudo/fabric/catalog/lone-loader';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';

import { buildFixtures } from './fixtures/build-fixtures.ts';
import { buildForeign } from './fixtures/build-foreign.ts';
import { counter, screen } from './fixtures/fixtures.ts';

const workspace = mkdtempSync(join(tmpdir(), 'testudo-lone-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

interface Place {
  readonly loader: Loader;
  readonly global: { readonly [name: string]: unknown };
}

interface CounterModule {
  readonly build: string;
  lazyBuild(): Promise<string>;
}

/** A realm's loader with a global object of its own. */
function place(): Place {
  const context = vm.createContext({ URL, console });
  const global = vm.runInContext('globalThis', context) as { readonly [name: string]: unknown };
  const loader = createLoneLoader({
    global,
    async run({ url }) {
      vm.runInContext(readFileSync(join(workspace, new URL(url).pathname), 'utf8'), context, { filename: url });
    },
  });
  return { loader, global };
}

function add(loader: Loader, sidecar: Sidecar): void {
  loader.add(sidecar, `http://remotes.example/${sidecar.name}/${sidecar.build}/remote.json`);
}

test('two builds of one model, as the preset makes them, run without the federation runtime, each with its own lazy chunk', async () => {
  const { loader, global } = place();
  const [older, newer] = [
    ...(await buildFixtures([{ ...counter, variant: 'x' }], workspace)),
    ...(await buildFixtures([{ ...counter, variant: 'y' }], workspace)),
  ].map(({ sidecar }) => sidecar);
  const modules: CounterModule[] = [];
  for (const sidecar of [older!, newer!]) {
    add(loader, sidecar);
    modules.push((await loader.load(sidecar.global, './models')) as CounterModule);
  }
  expect(await Promise.all(modules.map((module) => module.lazyBuild()))).toEqual([older!.build, newer!.build]);
  expect(modules.map((module) => module.build)).toEqual([older!.build, newer!.build]);
  expect(loader.executed(older!.global)).toHaveLength(3);
  expect(global).not.toHaveProperty('__FEDERATION__');
  expect(Reflect.getOwnPropertyDescriptor(global, '__TESTUDO_FEDERATION__')).toMatchObject({ configurable: false });

  loader.evict(older!.global);
  loader.evict(newer!.global);
  expect(Object.keys(global).filter((key) => key.startsWith('testudo_'))).toEqual([]);
});

test('a build that shares modules is refused by name: a realm has no libraries', async () => {
  const { loader } = place();
  const [built] = await buildFixtures([screen], workspace);
  add(loader, built!.sidecar);
  await expect(loader.load(built!.sidecar.global, './app')).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringContaining(`${built!.sidecar.global} shares modules, and a realm has no libraries`),
  });
});

test('a build of another preset brings its own federation runtime, and runs by the same protocol', async () => {
  const { loader } = place();
  const { sidecar } = await buildForeign(workspace);
  add(loader, sidecar);
  expect(await loader.load(sidecar.global, './models')).toMatchObject({ tally: { modelName: 'tally' } });
});
