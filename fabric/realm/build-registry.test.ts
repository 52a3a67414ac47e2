import { expect, test } from 'vitest';

import type { Loader } from '../catalog/loader-api.ts';
import type { Expose, Sidecar } from '../catalog/sidecar.ts';
import type { TestudoError } from '../error.ts';
import { normalise } from '../spec/legacy/normalise.ts';
import { BuildRegistry } from './build-registry.ts';

type Exports = { readonly [name: string]: unknown };
type Contents = { readonly [expose in Expose]?: Exports };

const model = { modelName: 'a', endpoint: 'as', factory: () => () => ({}), accessControlList: {} };
const contains = (modelName: string) => ({ all: { modelName, type: 'containsMany', foreignKey: 'id' } });

function registryOf(builds: { readonly [global: string]: Contents }) {
  const warnings: TestudoError[] = [];
  const loader = {
    add: () => undefined,
    evict: () => undefined,
    load: async (global: string, expose: Expose) => builds[global]?.[expose],
  } as unknown as Loader;
  const fetch = () => Promise.reject(new Error('no network here'));
  const registry = new BuildRegistry({
    loader,
    fetch,
    normalise: async (value, exportName) => normalise(value, exportName),
    wasmOf: () => Promise.reject(new Error('no WebAssembly here')),
    onEvicted: () => undefined,
    warn: (warning) => void warnings.push(warning),
  });
  const load = (global: string) => {
    const exposes = Object.keys(builds[global] ?? {});
    const sidecar = { name: global, build: 'b1', entry: 'entry.js', global, exposes } as unknown as Sidecar;
    return registry.load({ sidecar, endpoints: {} });
  };
  return { registry, load, warnings };
}

test('an older specification is a model among constants, and is warned of once', async () => {
  const { modelName: _, endpoint: __, accessControlList: ___, ...older } = model;
  const exported = { Parcel: { ...older, colour: 'red' }, STATUSES: { NEW: 'NEW' }, LIST: ['x'], b: model };
  const { load, warnings } = registryOf({ shop: { './models': exported } });
  const { models } = await load('shop');
  expect(models.map(({ modelName, legacy = false }) => [modelName, legacy])).toEqual([
    ['parcel', true],
    ['a', false],
  ]);
  expect(warnings.map(({ code }) => code)).toEqual(['SPEC_INVALID']);
  expect(warnings[0]?.message).toContain('shop (build b1), model parcel is of the older shape');
  expect(warnings[0]?.message).toContain('dropped: colour');
});

test('models that contain each other are refused across builds too; the one that was there goes on', async () => {
  const { registry, load } = registryOf({
    one: { './models': { a: { ...model, relations: contains('b') } } },
    two: { './models': { b: { ...model, modelName: 'b', endpoint: 'bs', relations: contains('a') } } },
  });
  await load('one');
  const message = expect.stringContaining('relations contain each other in a circle (a -> b -> a)');
  await expect(load('two')).rejects.toMatchObject({ code: 'SPEC_INVALID', message });
  expect(registry.model('a').spec.modelName).toBe('a');
});

test('what no binding names is found by its own name in any build; a service may be an object', async () => {
  const Scale = { weigh: () => 5 };
  const weigh = () => () => ({});
  const { registry, load } = registryOf({ one: { './adapters': { weigh } }, two: { './services': { Scale } } });
  await load('one');
  await load('two');
  const found = registry.port({ adapters: ['*#weigh'], service: '*#Scale' });
  expect([found.adapters[0]?.adapter, found.service, found.generations.length]).toEqual([weigh, Scale, 2]);
  expect(registry.port({ adapters: ['*#weigh'], service: '*#Event' }).service).toBeUndefined();
  expect(() => registry.port({ adapters: ['*#ship'], service: null })).toThrow(
    expect.objectContaining({ code: 'ADAPTER_MISSING', message: expect.stringContaining('*#ship') }),
  );
});
