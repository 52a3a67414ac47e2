import type { Loader } from '../catalog/loader-api.ts';
import { TestudoError } from '../error.ts';
import type { BoundPort, NamedAdapter } from '../port/call-adapters.ts';
import type { PortBinding } from '../port/resolve-binding.ts';
import { checkOwnership } from '../spec/check-relations.ts';
import type { NormaliseLater } from '../spec/legacy/normalised.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { ServiceContext } from '../spec/service-spec.ts';
import { loadContents } from './build-contents.ts';
import type { WasmOf } from './build-contents.ts';
import { Generation } from './generation.ts';
import type { LoadedBuild, LoadRequest } from './realm-api.ts';

/** A model with the generation that a call on it counts on. */
export interface FoundModel {
  readonly spec: ModelSpec;
  readonly generation: Generation;
}

/** Adapters with their service and the generations that a call on them counts on. */
export interface FoundPort extends BoundPort {
  readonly generations: readonly Generation[];
}

/** What a registry of builds is given by its realm. */
export interface BuildRegistryOptions {
  readonly loader: Loader;
  readonly fetch: ServiceContext['fetch'];
  /** a built-in of the platform by name; absent where there are none */
  readonly builtin?: ((name: string) => unknown) | undefined;
  readonly wasmOf: WasmOf;
  readonly normalise: NormaliseLater;
  /** told of builds that were evicted, by federation name */
  onEvicted(global: string): void;
  /** told once of what an older specification says in vain */
  warn(warning: TestudoError): void;
}

/**
 * The builds of one realm. Of each remote one generation is current and serves new calls; former ones drain until
 * they are evicted. A build becomes current only when all of it has loaded and every specification holds.
 */
export class BuildRegistry {
  readonly #loader: Loader;
  readonly #options: BuildRegistryOptions;
  readonly #generations = new Map<string, Generation>();
  /** the addresses that services are made with, as text */
  #endpoints = '';
  readonly #loads = new Map<string, Promise<unknown>>();

  constructor(options: BuildRegistryOptions) {
    this.#loader = options.loader;
    this.#options = options;
  }

  /** One load of a remote at a time. @throws TestudoError `SPEC_INVALID` and what the loader throws; the former build then goes on */
  load(request: LoadRequest): Promise<LoadedBuild> {
    const { name } = request.sidecar;
    const former = this.#loads.get(name) ?? Promise.resolve();
    const next = former.then(
      () => this.#load(request),
      () => this.#load(request),
    );
    this.#loads.set(name, next);
    return next;
  }

  /** Takes a build out of service, waits for its calls, removes it wholly. @throws TestudoError `BUILD_UNKNOWN` */
  evict(global: string): Promise<void> {
    const generation = this.#generations.get(global);
    if (generation === undefined)
      return Promise.reject(new TestudoError('BUILD_UNKNOWN', `this realm has no build ${global}`));
    generation.eviction = generation.eviction ?? this.#evict(generation);
    return generation.eviction;
  }

  /** @throws TestudoError `BUILD_UNKNOWN` naming the model */
  model(modelName: string): FoundModel {
    const found = this.find(modelName);
    if (found) return found;
    throw new TestudoError(
      'BUILD_UNKNOWN',
      `no build in this realm brings the model ${modelName}; is its remote in the catalogue?`,
    );
  }

  /** `undefined` where no build that is current brings the model */
  find(modelName: string): FoundModel | undefined {
    for (const generation of this.#generations.values()) {
      const model = generation.state === 'current' ? generation.contents.models.get(modelName) : undefined;
      if (model) return { spec: model.spec, generation };
    }
    return undefined;
  }

  /**
   * @param elsewhere stands for an adapter whose remote is not here; absent: there is no elsewhere
   * @throws TestudoError `ADAPTER_MISSING` naming what the configuration binds to and no build brings
   */
  port(binding: PortBinding, elsewhere?: (reference: string) => NamedAdapter): FoundPort {
    const generations: Generation[] = [];
    const adapters = binding.adapters.map((reference) => {
      if (elsewhere && !this.#mayBring(reference)) return elsewhere(reference);
      const { named, generation } = this.#adapter(reference);
      generations.push(generation);
      return named;
    });
    if (binding.service === null || generations.length === 0) return { adapters, service: undefined, generations };
    const services = this.#owner(binding.service, 'services');
    const service = services.generation?.service(services.name);
    if (binding.service.startsWith('*#') && service === undefined) return { adapters, service: undefined, generations };
    if (services.generation === undefined || service === undefined) throw missing('service', binding.service);
    return { adapters, service: service.instance, generations: [...generations, services.generation] };
  }

  /** Whether the remote of `remote#export` is here; one of any remote is looked for here alone. */
  #mayBring(reference: string): boolean {
    return reference.startsWith('*#') || this.#owner(reference, 'adapters').generation !== undefined;
  }

  /** Services are made with these addresses from now on; where they are other ones, anew. */
  useEndpoints(endpoints: ServiceContext['endpoints']): void {
    const text = JSON.stringify(endpoints);
    if (text === this.#endpoints) return;
    this.#endpoints = text;
    const kept = Object.freeze({ ...endpoints });
    for (const generation of this.list()) generation.useEndpoints(kept);
  }

  #adapter(reference: string): { readonly named: NamedAdapter; readonly generation: Generation } {
    const { generation, name } = this.#owner(reference, 'adapters');
    const adapter = generation?.contents.adapters.get(name);
    if (generation === undefined || adapter === undefined) throw missing('adapter', reference);
    return { named: { name: reference, adapter }, generation };
  }

  /** every generation that is not yet evicted, in the order of their loading */
  list(): readonly Generation[] {
    return Array.from(this.#generations.values());
  }

  async #load(request: LoadRequest): Promise<LoadedBuild> {
    const { sidecar } = request;
    const known = this.#generations.get(sidecar.global);
    if (known?.eviction) await known.eviction;
    const generation = known && !known.eviction ? known : await this.#make(request);
    this.#checkNames(generation);
    for (const other of this.#current()) if (other.sidecar.name === sidecar.name) other.state = 'draining';
    generation.state = 'current';
    this.#generations.set(sidecar.global, generation);
    return describe(generation);
  }

  async #make(request: LoadRequest): Promise<Generation> {
    const { sidecar, hookMs } = request;
    this.#loader.add(sidecar, `https://realm.invalid/${sidecar.global}/`);
    try {
      const contents = await loadContents(this.#loader, sidecar, this.#options);
      const generation = new Generation(sidecar, contents, { serviceContext: this.#contextFor(request), hookMs });
      this.#checkNames(generation);
      return generation;
    } catch (error) {
      this.#loader.evict(sidecar.global);
      this.#options.onEvicted(sidecar.global);
      throw error;
    }
  }

  #contextFor({ endpoints, builtins = [] }: LoadRequest): ServiceContext {
    const { fetch, builtin } = this.#options;
    const given: { [name: string]: unknown } = {};
    for (const name of builtins) given[name] = builtin?.(name);
    return Object.freeze({ fetch, endpoints: Object.freeze({ ...endpoints }), builtins: Object.freeze(given) });
  }

  /** A model's name and its endpoint belong to one remote; models contain each other in no circle. */
  #checkNames(generation: Generation): void {
    const others = this.#current().filter((other) => other.sidecar.name !== generation.sidecar.name);
    checkOwnership(others.concat(generation).reduce<ModelSpec[]>((all, one) => all.concat(specsOf(one)), []));
    generation.contents.models.forEach(({ report }, modelName) => {
      for (const other of others) {
        const taken = Array.from(other.contents.models.values()).reduce<readonly string[]>(
          (segments, { report }) => segments.concat(segmentsOf(report)),
          [],
        );
        const segment = segmentsOf(report).find((each) => taken.includes(each));
        if (segment === undefined && !other.contents.models.has(modelName)) continue;
        const key = segment === undefined ? `modelName ${modelName}` : `endpoint ${segment}`;
        throw new TestudoError(
          'SPEC_INVALID',
          `${generation.sidecar.name}, model ${modelName}: ${key} belongs to the remote ${other.sidecar.name} already; rename one`,
        );
      }
    });
  }

  async #evict(generation: Generation): Promise<void> {
    generation.state = 'draining';
    await generation.drained();
    this.#loader.evict(generation.sidecar.global);
    this.#generations.delete(generation.sidecar.global);
    this.#options.onEvicted(generation.sidecar.global);
  }

  #current(): readonly Generation[] {
    return this.list().filter((generation) => generation.state === 'current');
  }

  #owner(
    reference: string,
    kind: 'adapters' | 'services',
  ): { readonly generation: Generation | undefined; readonly name: string } {
    const [remote = '', name = ''] = reference.split('#');
    const isIt = ({ sidecar, contents }: Generation): boolean =>
      remote === '*' ? contents[kind].has(name) : sidecar.name === remote;
    return { generation: this.#current().find(isIt), name };
  }
}

function specsOf({ contents }: Generation): ModelSpec[] {
  return Array.from(contents.models.values(), ({ spec }) => spec);
}

/** The path segments under which REST finds a model. */
function segmentsOf({ endpoint, path }: ModelReport): readonly string[] {
  return path === undefined ? [endpoint] : [endpoint, path];
}

function describe({ sidecar, contents }: Generation): LoadedBuild {
  return {
    remote: sidecar.name,
    build: sidecar.build,
    global: sidecar.global,
    models: Array.from(contents.models.values(), ({ report }) => report),
    adapters: Array.from(contents.adapters.keys()),
    services: Array.from(contents.services.keys()),
  };
}

function missing(what: string, reference: string): TestudoError {
  return new TestudoError(
    'ADAPTER_MISSING',
    `no build in this realm brings the ${what} ${reference}; load its remote, or bind another one`,
  );
}
