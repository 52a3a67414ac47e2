import type { Loader } from '../catalog/loader-api.ts';
import { TestudoError, type Result } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { actOnPort } from '../port/act-on-port.ts';
import { callAdapters, type BoundPort } from '../port/call-adapters.ts';
import { portOf } from '../port/call-port.ts';
import type { AdapterRequest, Bindings, PortOutcome, PortRequest } from '../port/port-api.ts';
import { resolveBinding } from '../port/resolve-binding.ts';
import { within } from '../port/within.ts';
import { decide } from '../spec/decide.ts';
import type { DecideRequest, Decision } from '../spec/decision.ts';
import { createHookLimits, type HookLimits } from '../spec/hook-limit.ts';
import type { MaybePromise } from '../spec/maybe-promise.ts';
import { modelObject } from '../spec/model-object.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { RouteAnswer, RouteAsk, RouteCall } from '../spec/route-call.ts';
import type { ServiceContext } from '../spec/service-spec.ts';
import { presented } from '../spec/serializers.ts';
import { uuid } from '../spec/uuid.ts';
import type { NormaliseLater } from '../spec/legacy/normalised.ts';
import type { WasmOf } from './build-contents.ts';
import { adapterElsewhere } from './adapter-elsewhere.ts';
import { BuildRegistry } from './build-registry.ts';
import { holding } from './generation.ts';
import { portScopes, CallScope } from './call-scope.ts';
import type { PresentRequest, RealmApi, RealmHost, RealmReport } from './realm-api.ts';
import { RealmObjects } from './realm-objects.ts';
import type { RealmFiles } from './realm-files.ts';
import type { OpenResident } from './resident-models.ts';
import { settleRemote as settle } from '../spec/remote-failure.ts';

/** Runs a model's route, which asks within its call. */
export type RunRoute = (
  spec: ModelSpec,
  request: RouteCall,
  ask: (request: RouteAsk) => Promise<Plain>,
) => Promise<RouteAnswer>;

/** Milliseconds that a route may take for its answer. */
const routeDeadlineMs = 30_000;

export interface RealmServiceOptions {
  readonly runtime: RealmReport['runtime'];
  readonly platform: Platform;
  readonly loader: Loader;
  readonly files: Pick<RealmFiles, 'executed' | 'forget' | 'isWaiting'>;
  readonly fetch: ServiceContext['fetch'];
  readonly ask?: RealmHost['ask'];
  readonly builtin?: ((name: string) => unknown) | undefined;
  readonly runRoute?: RunRoute | undefined;
  /** absent where there is no WebAssembly: a build that brings some is refused */
  readonly wasmOf?: WasmOf;
  readonly normalise?: NormaliseLater | undefined;
  readonly openResident: OpenResident;
  readonly lockdown: boolean;
  readonly powersRemoved: number;
}

const refuseLegacy: NormaliseLater = (_value, exportName) =>
  Promise.reject(
    new TestudoError('API_UNSUPPORTED', `${exportName} is of the older shape, which this realm does not read`),
  );

const refuseWasm: WasmOf = ({ name }) =>
  Promise.reject(new TestudoError('API_UNSUPPORTED', `${name} brings WebAssembly, which this realm does not run`));

/** What a realm does for its host, without the thread and the port around it. */
export function createRealmService(options: RealmServiceOptions): Required<RealmApi> {
  const { loader, fetch, builtin, files, platform, wasmOf = refuseWasm, normalise = refuseLegacy } = options;
  const builds = new BuildRegistry({
    loader,
    fetch,
    builtin,
    wasmOf,
    normalise,
    onEvicted: (global) => files.forget(global),
    warn: (warning) => platform.onError(warning),
  });
  return new RealmService(options, builds);
}

class RealmService implements Required<RealmApi> {
  readonly #options: RealmServiceOptions;
  readonly #builds: BuildRegistry;
  readonly #objects: RealmObjects;
  readonly #limits: HookLimits;
  #bindings: Bindings = { adapters: {}, services: {} };

  constructor(options: RealmServiceOptions, builds: BuildRegistry) {
    this.#options = options;
    this.#builds = builds;
    const { platform, ask, files, openResident } = options;
    this.#objects = new RealmObjects({ platform, ask, openResident, find: (modelName) => builds.find(modelName) });
    this.#limits = createHookLimits(platform, () => files.isWaiting());
  }

  load(request: Parameters<RealmApi['load']>[0]): ReturnType<RealmApi['load']> {
    return settle(() => this.#builds.load(request));
  }

  bind(bindings: Bindings): ReturnType<RealmApi['bind']> {
    return settle(() => {
      this.#bindings = bindings;
      if (bindings.endpoints) this.#builds.useEndpoints(bindings.endpoints);
      return null;
    });
  }

  evict(global: string): ReturnType<RealmApi['evict']> {
    return settle(async () => {
      await this.#builds.evict(global);
      return null;
    });
  }

  decide(requests: readonly DecideRequest[]): ReturnType<RealmApi['decide']> {
    return Promise.all(requests.map((request) => settle(() => this.#decide(request))));
  }

  callPort(request: PortRequest): ReturnType<RealmApi['callPort']> {
    return settle(() => this.#callPort(request), 'PORT_FAILED');
  }

  callAdapter(request: AdapterRequest): ReturnType<RealmApi['callAdapter']> {
    return settle(() => this.#callAdapter(request), 'PORT_FAILED');
  }

  handleEvent(request: Parameters<RealmApi['handleEvent']>[0]): ReturnType<RealmApi['handleEvent']> {
    return settle(async () => {
      const { spec, generation } = this.#builds.model(request.modelName);
      await holding([generation], () => this.#objects.handleEvent(spec, request));
      return null;
    });
  }

  keep(request: Parameters<RealmApi['keep']>[0]): ReturnType<RealmApi['keep']> {
    return settle(() => {
      this.#objects.keep(request);
      return null;
    });
  }

  route(request: Parameters<Required<RealmApi>['route']>[0]): Promise<Result<RouteAnswer>> {
    return settle(() => this.#route(request));
  }

  present({ modelName, objects }: PresentRequest): Promise<Result<readonly PlainRecord[]>> {
    return settle(() => {
      const { spec } = this.#builds.model(modelName);
      return objects.map((object) => presented(spec, object));
    });
  }

  inspect(): ReturnType<RealmApi['inspect']> {
    return settle(() => this.#inspect());
  }

  #decide(request: DecideRequest): MaybePromise<Decision> {
    const { spec, generation } = this.#builds.model(request.modelName);
    const { platform } = this.#options;
    const { call: ticket } = request;
    const context = {
      ...(ticket ? { scope: new CallScope(this.#objects, { ticket, spec, isLive: false }) } : {}),
      build: generation.sidecar.global,
      uuid: () => uuid((length) => platform.random(length)),
      now: () => platform.now(),
    };
    const limit = this.#limits(generation.hookMs);
    const what = `${request.modelName} ${request.command ?? request.kind}`;
    return holding([generation], () => limit(what, () => decide(spec, request, context)));
  }

  #callPort(request: PortRequest): MaybePromise<PortOutcome> {
    const { spec, generation } = this.#builds.model(request.modelName);
    const { platform, ask } = this.#options;
    const use = async <T>(name: string, run: (bound: BoundPort) => Promise<T>): Promise<T> => {
      const binding = resolveBinding(
        this.#bindings,
        portOf(spec, name, request.isEnabled),
        `${request.modelName}.${name}`,
      );
      const bound = this.#builds.port(binding, ask && ((reference) => adapterElsewhere(ask, reference)));
      return holding(bound.generations, () => run(bound));
    };
    const isBound = (name: string): boolean =>
      Object.prototype.hasOwnProperty.call(this.#bindings.adapters, `${request.modelName}.${name}`) ||
      spec.ports?.[name]?.adapter !== undefined;
    const scopes = portScopes(this.#objects, { ticket: request.call, spec });
    const limit = this.#limits(generation.hookMs);
    return holding([generation], async () => {
      try {
        const options = { use, isBound, platform, limit, ...(scopes ? { scopes } : {}) };
        return { ...(await actOnPort(spec, request, options)), build: generation.sidecar.global };
      } finally {
        scopes?.drop();
      }
    });
  }

  #route({ call: ticket, ...request }: Parameters<Required<RealmApi>['route']>[0]): MaybePromise<RouteAnswer> {
    const { spec, generation } = this.#builds.model(request.modelName);
    const { platform, runRoute } = this.#options;
    if (runRoute === undefined) throw new TestudoError('UNAVAILABLE', 'this realm serves no routes');
    const scope = new CallScope(this.#objects, { ticket, spec, isLive: true });
    const expire = (): TestudoError => new TestudoError('DEADLINE', `${request.route} gave no answer in time`);
    return holding([generation], () =>
      within(
        runRoute(spec, request, (ask) => scope.ask(ask)),
        { timeoutMs: routeDeadlineMs, platform, expire },
      ),
    );
  }

  #callAdapter(request: AdapterRequest): MaybePromise<PlainRecord> {
    const bound = this.#builds.port({ adapters: [request.adapter], service: request.service });
    const { platform } = this.#options;
    return holding(bound.generations, () => callAdapters(modelObject(request), request, { bound, platform }));
  }

  #inspect(): RealmReport {
    const { runtime, lockdown, powersRemoved, files } = this.#options;
    const builds = this.#builds.list().map(({ sidecar, state, calls }) => ({
      remote: sidecar.name,
      build: sidecar.build,
      global: sidecar.global,
      state,
      calls,
      executed: files.executed(sidecar.global),
    }));
    return { runtime, lockdown, powersRemoved, builds, heapBytes: null };
  }
}
