import type { Expose, Sidecar } from '../catalog/sidecar.ts';
import type { Loader } from '../catalog/loader-api.ts';
import { TestudoError } from '../error.ts';
import { isRecord } from '../spec/check-plain.ts';
import { checkModel } from '../spec/check-spec.ts';
import type { Adapter, ServiceFactory } from '../spec/port-spec.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { reportModel } from '../spec/report-model.ts';
import type { BuildContents } from './generation.ts';
import type { WasmContents } from './wasm/wasm-api.ts';

/** Loads the WebAssembly files of a build. */
export type WasmOf = (sidecar: Sidecar) => Promise<WasmContents>;

const noWasm: WasmContents = { models: new Map(), adapters: new Map(), services: new Map() };

/**
 * Loads what a build exposes and checks it: every object that `./models` exports is a model, every function that
 * `./adapters` or `./services` exports is an adapter or a service factory; other exports are constants of its own.
 * What its WebAssembly files bring goes before a script's export of the same name.
 * @throws TestudoError `SPEC_INVALID`, and what `Loader.load` and `wasmOf` throw
 */
export async function loadContents(loader: Loader, sidecar: Sidecar, wasmOf: WasmOf): Promise<BuildContents> {
  const [wasm, models, adapters, services] = await Promise.all([
    sidecar.wasm === undefined ? noWasm : wasmOf(sidecar),
    exportsOf(loader, sidecar, './models'),
    exportsOf(loader, sidecar, './adapters'),
    exportsOf(loader, sidecar, './services'),
  ]);
  return {
    models: checkModels(new Map([...models, ...wasm.models]), sidecar),
    adapters: new Map([...functionsOf<Adapter>(adapters), ...wasm.adapters]),
    services: new Map([...functionsOf<ServiceFactory>(services), ...wasm.services]),
  };
}

async function exportsOf(loader: Loader, sidecar: Sidecar, expose: Expose): Promise<ReadonlyMap<string, unknown>> {
  if (!sidecar.exposes.includes(expose) || sidecar.entry.endsWith('.wasm')) return new Map();
  const module = (await loader.load(sidecar.global, expose)) as { readonly [name: string]: unknown };
  const names = Object.keys(module).filter((name) => name !== '__esModule');
  return new Map(names.map((name) => [name, module[name]]));
}

function checkModels(exported: ReadonlyMap<string, unknown>, sidecar: Sidecar): BuildContents['models'] {
  const models = new Map<string, { readonly spec: ModelSpec; readonly report: ModelReport }>();
  exported.forEach((value) => {
    if (typeof value !== 'object' || value === null) return;
    const spec = checkModel(readOnce(value), sidecar.name, sidecar.build);
    if (models.has(spec.modelName))
      throw new TestudoError('SPEC_INVALID', `${sidecar.name} exports two models ${spec.modelName}; rename one`);
    models.set(spec.modelName, { spec, report: reportModel(spec, sidecar.name, sidecar.global) });
  });
  if (models.size === 0 && sidecar.exposes.includes('./models')) {
    throw new TestudoError(
      'SPEC_INVALID',
      `${sidecar.name} exposes ./models, but exports no model there; export what defineModel returns`,
    );
  }
  return models;
}

/** A getter could answer the check with one value and a call with another. */
function readOnce(value: object): unknown {
  return isRecord(value) ? { ...value } : value;
}

function functionsOf<T>(exported: ReadonlyMap<string, unknown>): ReadonlyMap<string, T> {
  return new Map(Array.from(exported).filter((entry): entry is [string, T] => typeof entry[1] === 'function'));
}
