import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The part of Yjs that is measured against. */
export interface Yjs {
  readonly Doc: new () => YDoc;
  readonly Map: new () => YMap;
  applyUpdate(doc: YDoc, update: Uint8Array): void;
  encodeStateAsUpdate(doc: YDoc): Uint8Array;
}

export interface YDoc {
  getMap(name: string): YMap;
  transact(change: () => void): void;
  on(event: 'update', listener: (update: Uint8Array) => void): void;
}

export interface YMap {
  set(key: string, value: unknown): void;
  readonly size: number;
}

/** The part of Moleculer that is measured against. */
export interface Moleculer {
  readonly ServiceBroker: new (options: Readonly<Record<string, unknown>>) => MoleculerBroker;
}

export interface MoleculerBroker {
  createService(schema: Readonly<Record<string, unknown>>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  waitForServices(names: readonly string[]): Promise<unknown>;
  call(action: string, params: unknown): Promise<unknown>;
}

/** The part of Feathers that is measured against. */
export interface Feathers {
  feathers(): FeathersApp;
}

export interface FeathersApp {
  readonly services: Readonly<Record<string, unknown>>;
  configure(plugin: unknown): void;
  use(path: string, service: { create(data: unknown): Promise<unknown> }): void;
  setup(): Promise<unknown>;
  once(event: 'service', listener: () => void): void;
  service(path: string): { create(data: unknown): Promise<unknown> };
}

/** Makes an emitter of mitt. */
export type Mitt = () => {
  on(name: string, handler: (event: never) => void): void;
  emit(name: string, event: unknown): void;
};

/** The plug-in by which Feathers applications of several processes share their services. */
export interface FeathersDistributed {
  default(options: Readonly<Record<string, unknown>>): unknown;
}

/** The part of cockatiel that is measured against. */
export interface Cockatiel {
  readonly handleAll: unknown;
  readonly SamplingBreaker: new (options: Readonly<Record<string, number>>) => unknown;
  circuitBreaker(
    policy: unknown,
    options: Readonly<Record<string, unknown>>,
  ): { execute(call: () => Promise<unknown>): Promise<unknown> };
}

/** The part of opossum that is measured against. */
export type Opossum = new (
  call: () => Promise<unknown>,
  options: Readonly<Record<string, unknown>>,
) => { fire(): Promise<unknown>; shutdown(): void };

const folder = import.meta.dirname;
const names = [
  'cockatiel',
  'mitt',
  'moleculer',
  'opossum',
  'yjs',
  '@feathersjs/feathers',
  '@kalisio/feathers-distributed',
];
const areInstalled = (): boolean => names.every((name) => existsSync(join(folder, 'node_modules', name)));

/** Installs the peers where they are missing. @returns whether they are there now */
export function installPeers(): boolean {
  if (areInstalled()) return true;
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error'];
  spawnSync('npm', args, { cwd: folder, stdio: 'ignore', timeout: 120_000 });
  return areInstalled();
}

/** A peer by its name, or `undefined` where it is not installed. Its types are ours, so that we compile without it. */
async function load(name: string): Promise<unknown> {
  return areInstalled() ? import(name) : undefined;
}

async function loadDefault(name: string): Promise<unknown> {
  const module = (await load(name)) as { readonly default?: unknown } | undefined;
  return module?.default ?? module;
}

export const loadYjs = (): Promise<Yjs | undefined> => loadDefault('yjs') as Promise<Yjs | undefined>;
export const loadMitt = (): Promise<Mitt | undefined> => loadDefault('mitt') as Promise<Mitt | undefined>;
export const loadMoleculer = (): Promise<Moleculer | undefined> =>
  loadDefault('moleculer') as Promise<Moleculer | undefined>;
export const loadFeathers = (): Promise<Feathers | undefined> =>
  load('@feathersjs/feathers') as Promise<Feathers | undefined>;
export const loadFeathersDistributed = (): Promise<FeathersDistributed | undefined> =>
  load('@kalisio/feathers-distributed') as Promise<FeathersDistributed | undefined>;
export const loadCockatiel = (): Promise<Cockatiel | undefined> => load('cockatiel') as Promise<Cockatiel | undefined>;
export const loadOpossum = (): Promise<Opossum | undefined> => loadDefault('opossum') as Promise<Opossum | undefined>;
