import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

import { afterAll, expect, test } from 'vitest';

import { repositoryRoot } from '../build-id.ts';
import { buildFixtures } from '../fixtures/build-fixtures.ts';
import { screen } from '../fixtures/fixtures.ts';

const workspace = mkdtempSync(join(tmpdir(), 'testudo-slim-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** What the entry of a remote hands to the runtime. */
interface RemoteRequire {
  readonly federation: {
    readonly consumesLoadingModuleToHandlerMapping: object;
    readonly initOptions: { readonly shared: object };
    instance: { readonly registerShared: (shares: object) => void };
  };
  readonly consumesLoadingData: { readonly chunkMapping: object; readonly initialConsumes: readonly unknown[] };
}

interface UpdateOptions {
  updateConsumeOptions(options: object): void;
}

/** Starts the entry of the screen with shared React, and gives what it is at then. */
async function startScreen(instance: object): Promise<RemoteRequire> {
  const [built] = await buildFixtures([screen], workspace);
  let started: RemoteRequire | undefined;
  const init = ({ webpackRequire }: { readonly webpackRequire: RemoteRequire }): object => {
    started = webpackRequire;
    return instance;
  };
  const context = vm.createContext({
    __TESTUDO_FEDERATION__: {
      bundlerRuntimeOptions: {},
      bundlerRuntime: { S: {}, init, installInitialConsumes: () => undefined },
    },
    [Symbol.for('testudo.host')]: { base: () => 'http://remotes.example/' },
  });
  const { path, sidecar } = built!;
  vm.runInContext(readFileSync(join(path, sidecar.entry), 'utf8'), context);
  return started!;
}

test("what the page's runtime leaves out would change nothing: an entry hands over all that it consumes at its start", async () => {
  const file = join(repositoryRoot, 'node_modules/@module-federation/webpack-bundler-runtime/dist/updateOptions.js');
  const { updateConsumeOptions } = (await import(pathToFileURL(file).href)) as UpdateOptions;
  const registered: object[] = [];
  const webpackRequire = await startScreen({ registerShared: (shares: object) => registered.push(shares) });
  const { federation, consumesLoadingData } = webpackRequire;
  const options = {
    webpackRequire,
    moduleToHandlerMapping: federation.consumesLoadingModuleToHandlerMapping,
    chunkMapping: structuredClone(consumesLoadingData.chunkMapping),
    initialConsumes: [] as unknown[],
  };
  const before = structuredClone({ ...options, webpackRequire: null });
  updateConsumeOptions(options);
  expect({ ...options, webpackRequire: null }).toEqual(before);
  expect(Object.keys(before.moduleToHandlerMapping)).toEqual(Object.values(before.chunkMapping).flat().sort());
  expect(registered).toEqual([{}]);
  expect(federation.initOptions.shared).toEqual({});
  expect(consumesLoadingData.initialConsumes).toEqual([]);
});
