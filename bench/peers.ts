import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

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
export type FeathersDistributed = (options: Readonly<Record<string, unknown>>) => unknown;

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
  '@automerge/automerge',
  '@feathersjs/feathers',
  '@kalisio/feathers-distributed',
  'cockatiel',
  'mitt',
  'moleculer',
  'opossum',
  'pouchdb-browser',
  'rxdb',
  'rxjs',
  'tinybase',
  'yjs',
];
const isInstalled = (name: string): boolean => existsSync(join(folder, 'node_modules', name));

/** Installs the peers where they are missing. @returns the names of those that could not be installed */
export function installPeers(): readonly string[] {
  if (names.every(isInstalled)) return [];
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error'];
  spawnSync('npm', args, { cwd: folder, stdio: 'ignore', timeout: 120_000 });
  return names.filter((name) => !isInstalled(name));
}

/** Whether all of these can be measured against. */
export function haveInstalled(...wanted: readonly string[]): boolean {
  return wanted.every(isInstalled);
}

/** A peer by its name, or `undefined` where it is not installed. Its types are ours, so that we compile without it. */
export async function loadPeer<T>(name: string): Promise<T | undefined> {
  if (!isInstalled(name)) return undefined;
  const module = (await import(name)) as { readonly default?: unknown };
  return (module.default ?? module) as T;
}

export const loadMitt = (): Promise<Mitt | undefined> => loadPeer('mitt');
export const loadMoleculer = (): Promise<Moleculer | undefined> => loadPeer('moleculer');
export const loadFeathers = (): Promise<Feathers | undefined> => loadPeer('@feathersjs/feathers');
export const loadCockatiel = (): Promise<Cockatiel | undefined> => loadPeer('cockatiel');
export const loadOpossum = (): Promise<Opossum | undefined> => loadPeer('opossum');
export const loadFeathersDistributed = (): Promise<FeathersDistributed | undefined> =>
  loadPeer('@kalisio/feathers-distributed');
