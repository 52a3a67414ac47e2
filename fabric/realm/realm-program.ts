import { expose, wrap } from 'comlink';

import { createLoneLoader } from '../catalog/lone-loader.ts';
import { toWire } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { NormaliseLater } from '../spec/legacy/normalised.ts';
import type { ServiceContext } from '../spec/service-spec.ts';
import { checkLockdown, removePowers } from './attenuate.ts';
import type { RealmApi, RealmReport } from './realm-api.ts';
import { createRealmFiles } from './realm-files.ts';
import type { Evaluate } from './realm-files.ts';
import { keepPort } from './kept-port.ts';
import type { OpenResident } from './resident-models.ts';
import { isHello } from './realm-link.ts';
import type { RealmHostLink, RealmLink, RealmPort } from './realm-link.ts';
import { createRealmService, type RunRoute } from './realm-service.ts';
import { describeFailure } from '../spec/remote-failure.ts';
import { createSafeGlobals } from './safe-globals.ts';
import type { KeptFunctions } from './safe-globals.ts';
import type { LoadWasm } from './wasm/wasm-api.ts';
import { keepEngine } from './wasm/wasm-engine.ts';
import { createServiceFetch } from './service-fetch.ts';

/** What the thread that the program runs in hands over: its own powers, kept before they are taken away. */
export interface RealmProgramOptions {
  readonly runtime: RealmReport['runtime'];
  readonly global: object;
  readonly platform: Omit<Platform, 'onError'>;
  readonly kept: Omit<KeptFunctions, 'fetch' | 'natives'>;
  readonly evaluate: Evaluate;
  /** Runs models' routes, where this thread serves them. */
  readonly runRoute?: RunRoute;
  /** absent where builds' WebAssembly is not run */
  readonly loadWasm?: LoadWasm;
  /** Absent: builds with a model of the older shape are refused. */
  readonly normalise?: NormaliseLater;
  /** Called with the first resident model. */
  readonly openResident: OpenResident;
  /** Calls back with every failure of the thread that nobody caught. */
  watchFailures(listener: (error: unknown) => void): void;
  /** A built-in of the platform by name, for builds that were granted it; absent where there are none. */
  readonly builtin?: (name: string) => unknown;
  /** Ends the thread. */
  close(): void;
}

/**
 * Runs a realm behind a port: waits for its host's first message, gives up every power, then serves `RealmApi`.
 * When a power cannot be given up or the thread is not locked down, it tells the host so and never serves.
 */
export function startRealm(given: RealmPort, options: RealmProgramOptions): void {
  const port = keepPort(given);
  const greet = ({ data }: { readonly data: unknown }): void => {
    if (!isHello(data)) return;
    serve(port, wrap<RealmHostLink>(keepPort(data.host) as never) as unknown as RealmHostLink, options);
    port.removeEventListener('message', greet);
  };
  port.addEventListener('message', greet);
  port.start();
}

function serve(port: RealmPort, host: RealmHostLink, options: RealmProgramOptions): void {
  const report = (error: unknown): void => void host.report(describeFailure(error));
  options.watchFailures(report);
  const fetch = createServiceFetch((request) => host.fetch(request));
  const engine = keepEngine(options.global);
  let powersRemoved: number;
  try {
    powersRemoved = giveUpPowers(options, fetch);
  } catch (error) {
    host.refuse(toWire(error).message);
    return;
  }
  const files = createRealmFiles({ ...options, bytes: (global, path) => host.bytes(global, path) });
  const loader = createLoneLoader(files);
  const platform: Platform = { ...options.platform, onError: report };
  const { loadWasm } = options;
  const powers = { ...options.platform, log: (text: string) => options.kept.log('info', text) };
  const service = createRealmService({
    runtime: options.runtime,
    platform,
    loader,
    files,
    fetch,
    ask: (request) => host.ask(request),
    ...(loadWasm === undefined ? {} : { wasmOf: (sidecar) => loadWasm(sidecar, { engine, powers, read: files.read }) }),
    builtin: options.builtin,
    lockdown: true,
    powersRemoved,
    runRoute: options.runRoute,
    normalise: options.normalise,
    openResident: options.openResident,
  });
  expose(linkOf(service, options), port as never);
}

/** Comlink reaches own functions; a class keeps its methods on the prototype. */
function linkOf(service: Required<RealmApi>, { close }: RealmProgramOptions): RealmLink {
  return {
    load: (request) => service.load(request),
    setBindings: (bindings) => service.bind(bindings),
    evict: (global) => service.evict(global),
    decide: async (requests) => (await service.decide(requests)).map((result) => (result.ok ? result.value : result)),
    callPort: (request) => service.callPort(request),
    handleEvent: (request) => service.handleEvent(request),
    keep: (request) => service.keep(request),
    route: (request) => service.route(request),
    present: (request) => service.present(request),
    callAdapter: (request) => service.callAdapter(request),
    inspect: () => service.inspect(),
    close: () => close(),
  };
}

function giveUpPowers({ global, kept }: RealmProgramOptions, fetch: ServiceContext['fetch']): number {
  checkLockdown();
  return removePowers(global, createSafeGlobals({ ...kept, fetch, natives: global as KeptFunctions['natives'] }));
}
