import { Script } from 'node:vm';

import { afterEach, describe, expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { Loader, LoaderEnvironment } from './loader-api.ts';
import { createLoader } from './loader.ts';
import { createLoneLoader } from './lone-loader.ts';
import { federationName } from './sidecar.ts';
import type { Sidecar } from './sidecar.ts';

const baseUrl = 'http://remotes.example/order/';
const texts = new Map<string, string>();
const loaders: { loader: Loader; globals: string[] }[] = [];

function sidecarOf(build: string, changes: Partial<Sidecar> = {}): Sidecar {
  const file = { path: 'entry.js', integrity: `sha384-${'A'.repeat(64)}`, bytes: 1 };
  const head = { name: 'order', kind: 'model', version: '1.0.0', build, api: 1, mf: '2.9', entry: 'entry.js' } as const;
  const global = federationName({ name: 'order', build });
  return { ...head, global, exposes: ['./models', './adapters'], files: [file], capabilities: {}, ...changes };
}

/** A container as remotes define it, with one module. */
function container(global: string, moduleText: string): string {
  return `globalThis.${global} = { init() {}, get: async () => () => (${moduleText}) };`;
}

const runText: LoaderEnvironment['run'] = async ({ global }) => {
  const text = texts.get(global);
  if (text === undefined) throw new TestudoError('INTEGRITY_MISMATCH', 'changed');
  new Script(text).runInThisContext();
};
const environment: LoaderEnvironment = { global: globalThis, run: runText };

function add(loader: Loader, sidecar: Sidecar): string {
  loader.add(sidecar, `${baseUrl}remote.json`);
  loaders.push({ loader, globals: [sidecar.global] });
  return sidecar.global;
}

afterEach(() => {
  for (const { loader, globals } of loaders.splice(0)) globals.forEach((global) => loader.evict(global));
  texts.clear();
});

describe.each([
  { kind: 'by Module Federation', open: (name: string) => createLoader(name, environment) },
  { kind: 'of a realm', open: () => createLoneLoader(environment) },
])('a loader $kind', ({ open }) => {
  test('a module of a listed, verified file is loaded once and reported as executed', async () => {
    const loader = open('once');
    const global = add(loader, sidecarOf('b1'));
    texts.set(global, container(global, '{ answer: 42 }'));
    const [one, two] = await Promise.all([loader.load(global, './models'), loader.load(global, './models')]);
    expect([one, two]).toMatchObject([{ answer: 42 }, { answer: 42 }]);
    expect(loader.executed(global)).toEqual([{ path: 'entry.js', integrity: expect.stringContaining('sha384-') }]);
  });

  test('a container starts once, before the first of its modules', async () => {
    const loader = open('starts');
    const global = add(loader, sidecarOf('d2'));
    texts.set(
      global,
      `{ let starts = 0; globalThis.${global} = { init() { starts += 1; }, get: async () => () => ({ starts }) } }`,
    );
    const both = ['./models', './adapters'].map((expose) => loader.load(global, expose));
    expect(await Promise.all(both)).toMatchObject([{ starts: 1 }, { starts: 1 }]);
  });

  test('a refused file keeps its code, executes nothing, and the build may be tried again', async () => {
    const loader = open('again');
    const global = add(loader, sidecarOf('b2'));
    await expect(loader.load(global, './models')).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    expect(loader.executed(global)).toEqual([]);
    texts.set(global, container(global, '{ answer: 1 }'));
    expect(await loader.load(global, './models')).toMatchObject({ answer: 1 });
  });

  test('code that throws, or defines no container, is LOAD_FAILED', async () => {
    const loader = open('throws');
    const global = add(loader, sidecarOf('b3'));
    texts.set(global, container(global, '(() => { throw new TypeError("broken") })()'));
    await expect(loader.load(global, './models')).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('broken'),
    });
    texts.set(global, 'void 0');
    await expect(loader.load(global, './models')).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('did not define'),
    });
  });

  test('what was not added, is not exposed, or was built for another runtime is refused by name', async () => {
    const loader = open('refuses');
    await expect(loader.load('testudo_order_zz', './models')).rejects.toMatchObject({ code: 'BUILD_UNKNOWN' });
    const global = add(loader, sidecarOf('b4'));
    await expect(loader.load(global, './app')).rejects.toMatchObject({ code: 'EXPOSE_MISSING' });
    expect(() => loader.add(sidecarOf('b5', { mf: '2.8' }), baseUrl)).toThrow(
      expect.objectContaining({ code: 'API_UNSUPPORTED' }),
    );
  });

  test('two loaders of one process keep their builds apart, and one cannot take the build of the other', async () => {
    const [one, two] = [open('one'), open('two')];
    const [first, second] = [add(one, sidecarOf('b7')), add(two, sidecarOf('b8'))];
    texts.set(first, container(first, '{ build: "b7" }'));
    texts.set(second, container(second, '{ build: "b8" }'));
    expect([await one.load(first, './models'), await two.load(second, './models')]).toMatchObject([
      { build: 'b7' },
      { build: 'b8' },
    ]);
    expect(() => two.add(sidecarOf('b7'), baseUrl)).toThrow(expect.objectContaining({ code: 'SIDECAR_INVALID' }));
    one.evict(first);
    expect([one.has(first), two.has(second)]).toEqual([false, true]);
    expect(await two.load(second, './adapters')).toMatchObject({ build: 'b8' });
  });

  test('an evicted build leaves no global and may come back', async () => {
    const loader = open('evicts');
    for (let round = 0; round < 3; round += 1) {
      const global = add(loader, sidecarOf('c1'));
      texts.set(global, `globalThis.${global}_c = []; ${container(global, `{ round: ${round} }`)}`);
      expect(await loader.load(global, './models')).toMatchObject({ round });
      loader.evict(global);
      expect(Object.keys(globalThis).filter((key) => key.startsWith(global))).toEqual([]);
    }
  });

  test('running code gets only files that its sidecar lists, and none after eviction', async () => {
    const loader = open('door');
    const global = add(loader, sidecarOf('b9'));
    const door = (globalThis as unknown as { [key: symbol]: { chunk(global: string, path: string): Promise<void> } })[
      Symbol.for('testudo.host')
    ]!;
    await expect(door.chunk(global, '../other.js')).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    loader.evict(global);
    await expect(door.chunk(global, 'entry.js')).rejects.toMatchObject({ code: 'BUILD_UNKNOWN' });
  });
});

test('a page offers no build that is no library', () => {
  expect(() => createLoader('offers', environment).provide({ sidecar: sidecarOf('b6'), baseUrl })).toThrow(
    expect.objectContaining({ code: 'SIDECAR_INVALID' }),
  );
});

test('three exposes that are asked for at once fail once, and the build may be tried again', async () => {
  const loader = createLoneLoader(environment);
  const global = add(loader, sidecarOf('d1'));
  texts.set(global, `globalThis.${global} = { init() { throw new TypeError("no start") } };`);
  const outcomes = await Promise.allSettled(['./models', './adapters'].map((expose) => loader.load(global, expose)));
  expect(outcomes).toMatchObject(outcomes.map(() => ({ reason: { code: 'LOAD_FAILED' } })));
  expect(loader.executed(global)).toHaveLength(1);
  texts.set(global, container(global, '{ answer: 2 }'));
  expect(await loader.load(global, './models')).toMatchObject({ answer: 2 });
});
