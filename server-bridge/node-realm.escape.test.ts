import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';

import { rspack } from '@rspack/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { parseSidecar } from '@testudo/fabric/catalog/sidecar';
import { unwrap } from '@testudo/fabric/error';
import type { WireError } from '@testudo/fabric/error';
import type { PlainRecord } from '@testudo/fabric/plain';
import { languageGlobals } from '@testudo/fabric/realm/allowed-globals';
import type { DecideRequest } from '@testudo/fabric/realm/realm-api';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';
import { reachable } from '@testudo/fabric/testing/reachable';
import type { Reached } from '@testudo/fabric/testing/reachable';
import { defineRemote, identify } from '@testudo/remote-preset';

import { permissionFlags, startNodeRealm } from './node-realm.ts';
import { escapeProbe, hiddenIntrinsics } from './testing/escape-probe.ts';

vi.setConfig({ testTimeout: 30_000 });

const repository = resolve(import.meta.dirname, '..');
const root = mkdtempSync(join(tmpdir(), 'testudo-escape-'));
const language = languageGlobals.filter((name) => !['globalThis', 'self', 'undefined'].includes(name));
const reported: WireError[] = [];
const started = {} as { realm: RealmHandle; path: string };

beforeAll(async () => {
  const directory = join(root, 'probe');
  mkdirSync(directory);
  const files = escapeProbe(`(() => { ${reachable.toString()}; return reachable; })()`, language);
  for (const name of Object.keys(files)) writeFileSync(join(directory, name), files[name]!);
  const exposes = { './adapters': './adapters.js', './models': './models.js' } as const;
  const options = {
    name: 'probe',
    kind: 'model',
    version: '1.0.0',
    exposes,
    directory,
    outputDirectory: join(root, 'out'),
  } as const;
  await new Promise<void>((done, fail) => {
    const compiler = rspack(defineRemote(options));
    compiler.run((error, stats) => {
      compiler.close(() => (error || stats?.hasErrors() ? fail(error ?? new Error(stats?.toString())) : done()));
    });
  });
  started.path = identify(options).path;
  started.realm = await startNodeRealm('test', {
    bytes: async (_global, path) => ({
      ok: true,
      value: new Uint8Array(await readFile(join(started.path, path))).buffer,
    }),
    report: (error) => void reported.push(error),
    fetch: async () => ({ ok: false, error: { code: 'CAPABILITY_DENIED', message: 'not granted' } }),
  });
  const sidecar = parseSidecar(readFileSync(join(started.path, 'remote.json'), 'utf8'));
  unwrap(await started.realm.api.load({ sidecar, endpoints: {} }));
  const ports = ['hostile', 'walk', 'unlookable'];
  const adapters = Object.fromEntries(ports.map((port) => [`probe.${port}`, `probe#${port}`]));
  unwrap(await started.realm.api.bind({ adapters, services: {} }));
}, 60_000);

afterAll(async () => {
  await started.realm?.terminate();
  rmSync(root, { recursive: true });
});

async function call(port: string): Promise<PlainRecord> {
  const request = { modelName: 'probe', id: 'p1', fields: {}, version: 1, args: [], idempotencyKey: 'k', timeoutMs: 0 };
  return unwrap(await started.realm.api.callPort({ ...request, port })).result;
}

test('none of the known ways out of a realm is open', async () => {
  expect(await call('hostile')).toEqual({ open: [] });
});

test('nothing that remote code reaches is of the platform', async () => {
  const found = (await call('walk'))['found'] as unknown as readonly Reached[];
  expect(found.length).toBeGreaterThan(1000);
  expect(found.length).toBeLessThan(20_000);
  const isNative = ({ text }: Reached): boolean => text.includes('[native code]');
  const bare = new Set(bareIntrinsics());
  const sources = ourSources();
  const functions = found.filter(({ isFunction }) => isFunction);
  const strangers = functions.filter((reached) =>
    isNative(reached)
      ? !(reached.path.startsWith('language') && bare.has(reached.text)) && !isChunkPush(reached)
      : !sources.some((source) => source.includes(reached.text)),
  );
  expect(strangers.map(({ path, text }) => `${path}: ${text.slice(0, 200)}`)).toEqual([]);
  expect(Array.from(new Set(found.flatMap(({ symbols }) => symbols))).sort()).toEqual(knownSymbols);
});

/** The builds' own: rspack binds it to the array of their chunks. */
const isChunkPush = ({ path, text }: Reached): boolean =>
  /^beyond\.global\.testudo_\w+_c\.push$/.test(path) && text === 'function () { [native code] }';

/** Functions of SES, which lets them call themselves native. */
const ofSes = ['harden', 'value', 'transferToImmutable', 'sliceToImmutable', 'get immutable'].map(
  (name) => `function ${name}() { [native code] }`,
);

/** SES's, the mark of Node's refusal (a getter that says `true`), the loader's door, and two that stay without a value. */
const knownSymbols = [
  'harden',
  'kIsNodeError',
  'testudo.host',
  'undici.globalDispatcher.1',
  'undici.globalDispatcher.2',
].map((name) => `Symbol(${name})`);

/** Node's class of the error that a refused `import()` brings. It is frozen; `constructor` gives `TypeError`. */
const ofRefusedImport = [
  "get ['constructor']() {\n          return Base;\n        }",
  'get [kIsNodeError]() {\n          return true;\n        }',
  'toString() {\n          return `${this.name} [${key}]: ${this.message}`;\n        }',
];

/** The native functions of the language alone, as they call themselves. */
function bareIntrinsics(): readonly string[] {
  const names = JSON.stringify(language);
  const named = `${names}.filter((name) => name in globalThis).map((name) => [name, globalThis[name]])`;
  const source = `${reachable.toString()}; reachable(${named}.concat([['hidden', ${hiddenIntrinsics}]]))`;
  const found = vm.runInNewContext(source) as readonly Reached[];
  return found.map(({ text }) => text).concat(ofSes);
}

/** What runs in the realm on purpose: the program and its libraries, as Node sees their text, and the probe itself. */
function ourSources(): readonly string[] {
  const read = (path: string): string => {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
  };
  const places = [
    'fabric',
    'node_modules/ses/src',
    'node_modules/comlink/dist/esm',
    'node_modules/@module-federation',
  ].map((path) => resolve(repository, path));
  const texts = [...places, started.path].flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|js|mjs|cjs)$/.test(name) && !name.endsWith('.d.ts'))
      .map((name) => read(join(place, name))),
  );
  return texts.concat(ofRefusedImport);
}

test('what one model throws reaches its own caller only, whatever it is', async () => {
  const create = (how: string): DecideRequest => ({
    at: 'origin',
    modelName: 'probe',
    id: how,
    kind: 'create',
    current: null,
    version: 0,
    command: null,
    input: { how },
    patch: null,
  });
  const hows = ['data', 'code', 'message', 'proxy', 'symbol', 'long', 'well'];
  const results = await Promise.all(hows.map(async (how) => (await started.realm.api.decide([create(how)]))[0]!));
  expect(results.at(-1)).toMatchObject({ ok: true, value: { fields: { how: 'well' } } });
  const errors = results.slice(0, -1).map((result) => (result.ok ? null : result.error));
  expect(errors[0]).toEqual({ code: 'VALIDATION', message: expect.stringContaining('with a function') });
  for (const error of errors) expect(error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  expect(errors[5]!.message.length).toBeLessThanOrEqual(2000);
});

test('what remote code throws outside of any call is reported and ends nothing, even if it cannot be looked at', async () => {
  reported.length = 0;
  await call('unlookable');
  await vi.waitFor(() => expect(reported).toHaveLength(5));
  expect(unwrap(await started.realm.api.inspect()).builds).toHaveLength(1);
});

test('the thread may not read the working directory', async () => {
  const script = `require('node:worker_threads').parentPort.postMessage(process.permission.has('fs.read', process.cwd()))`;
  const worker = new Worker(script, { eval: true, execArgv: [...permissionFlags] });
  const answer = await new Promise((answered, failed) => worker.on('message', answered).on('error', failed));
  await worker.terminate();
  expect(answer).toBe(false);
});
