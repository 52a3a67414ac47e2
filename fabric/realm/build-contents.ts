import type { Expose, Sidecar } from '../catalog/sidecar.ts';
import type { Loader } from '../catalog/loader-api.ts';
import { TestudoError } from '../error.ts';
import { isRecord } from '../spec/is-record.ts';
import { checkModel } from '../spec/check-spec.ts';
import type { Adapter, ServiceFactory } from '../spec/port-spec.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { isLegacy } from '../spec/legacy/legacy-shape.ts';
import type { NormaliseLater } from '../spec/legacy/normalised.ts';
import { reportModel } from '../spec/report-model.ts';
import type { BuildContents } from './generation.ts';
import type { WasmContents } from './wasm/wasm-api.ts';

/** Loads the WebAssembly files of a build. */
export type WasmOf = (sidecar: Sidecar) => Promise<WasmContents>;

const noWasm: WasmContents = { models: new Map(), adapters: new Map(), services: new Map() };

/**
/** What a build's exports are read with. */
export interface ContentsOptions {
  readonly wasmOf: WasmOf;
  readonly normalise: NormaliseLater;
  /** told once of what an older specification says in vain */
  warn(warning: TestudoError): void;
}

/**
 * Loads what a build exposes and checks it: every object that `./models` exports and that names a model, an endpoint or
 * a factory is a model, also in the older shape; every function that `./adapters` or `./services` exports is an adapter
 * or a service factory, every object of `./services` a service; other exports are constants of its own.
 * What its WebAssembly files bring goes before a script's export of the same name.
 * @throws TestudoError `SPEC_INVALID`, and what `Loader.load` and `wasmOf` throw
 */
export async function loadContents(loader: Loader, sidecar: Sidecar, options: ContentsOptions): Promise<BuildContents> {
  const [wasm, models, adapters, services] = await Promise.all([
    sidecar.wasm === undefined ? noWasm : options.wasmOf(sidecar),
    exportsOf(loader, sidecar, './models'),
    exportsOf(loader, sidecar, './adapters'),
    exportsOf(loader, sidecar, './services'),
  ]);
  return {
    models: checkModels(await inOneShape(new Map([...models, ...wasm.models]), sidecar, options), sidecar),
    adapters: new Map([...functionsOf<Adapter>(adapters), ...wasm.adapters]),
    services: new Map([...servicesOf(services), ...wasm.services]),
  };
}

async function exportsOf(loader: Loader, sidecar: Sidecar, expose: Expose): Promise<ReadonlyMap<string, unknown>> {
  if (!sidecar.exposes.includes(expose) || sidecar.entry.endsWith('.wasm')) return new Map();
  const module = (await loader.load(sidecar.global, expose)) as { readonly [name: string]: unknown };
  const names = Object.keys(module).filter((name) => name !== '__esModule');
  return new Map(names.map((name) => [name, module[name]]));
}

/** What means to be a model among a module's exports, older specifications in the canonical shape. */
async function inOneShape(
  exported: ReadonlyMap<string, unknown>,
  sidecar: Sidecar,
  { normalise, warn }: ContentsOptions,
): Promise<readonly unknown[]> {
  const models: unknown[] = [];
  for (const [exportName, value] of exported) {
    if (!isModelLike(value)) continue;
    const given = readOnce(value);
    const normalised = isLegacy(given) ? await normalise(given, exportName) : null;
    models.push(normalised === null ? given : normalised.spec);
    if (normalised !== null && normalised.warning !== null)
      warn(new TestudoError('SPEC_INVALID', `${sidecar.name} (build ${sidecar.build}), ${normalised.warning}`));
  }
  return models;
}

function checkModels(given: readonly unknown[], sidecar: Sidecar): BuildContents['models'] {
  const models = new Map<string, { readonly spec: ModelSpec; readonly report: ModelReport }>();
  for (const value of given) {
    const spec = checkModel(value, sidecar.name, sidecar.build);
    if (models.has(spec.modelName))
      throw new TestudoError('SPEC_INVALID', `${sidecar.name} exports two models ${spec.modelName}; rename one`);
    models.set(spec.modelName, { spec, report: reportModel(spec, sidecar.name, sidecar.global) });
  }
  if (models.size === 0 && sidecar.exposes.includes('./models')) {
    throw new TestudoError(
      'SPEC_INVALID',
      `${sidecar.name} exposes ./models, but exports no model there; export what defineModel returns`,
    );
  }
  return models;
}

const modelSigns = ['modelName', 'endpoint', 'factory'];

/** Whether an export means to be a model at all. */
function isModelLike(value: unknown): value is object {
  return typeof value === 'object' && value !== null && modelSigns.some((key) => key in value);
}

/** A service may be exported as it is, or as what makes it of the powers that the host grants. */
function servicesOf(exported: ReadonlyMap<string, unknown>): ReadonlyMap<string, ServiceFactory> {
  const services = new Map(functionsOf<ServiceFactory>(exported));
  exported.forEach((value, name) => {
    if (typeof value === 'object' && value !== null) services.set(name, () => value);
  });
  return services;
}

/** A getter could answer the check with one value and a call with another. */
function readOnce(value: object): unknown {
  return isRecord(value) ? { ...value } : value;
}

function functionsOf<T>(exported: ReadonlyMap<string, unknown>): ReadonlyMap<string, T> {
  return new Map(Array.from(exported).filter((entry): entry is [string, T] => typeof entry[1] === 'function'));
}
