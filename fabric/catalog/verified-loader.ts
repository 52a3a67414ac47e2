import { TestudoError, hasCode } from '../error.ts';
import type { Containers } from './containers.ts';
import type { Loader, LoaderEnvironment } from './loader-api.ts';
import type { LoaderDoor } from './loader-door.ts';
import { createLoadedBuild } from './loaded-build.ts';
import type { LoadedBuild } from './loaded-build.ts';
import type { Sidecar } from './sidecar.ts';
import { demandSupported } from './supported.ts';

/** What a verified loader is made of. */
export interface VerifiedLoaderParts {
  readonly environment: LoaderEnvironment;
  /** where containers find this loader */
  readonly door: LoaderDoor;
  readonly containers: Containers;
  /** Called before a build goes. */
  readonly onEvict?: (global: string) => void;
}

/** A loader whose every file is listed in the build's sidecar and has the digest that stands there. */
export class VerifiedLoader implements Loader {
  readonly #environment: LoaderEnvironment;
  readonly #door: LoaderDoor;
  readonly #containers: Containers;
  readonly #onEvict: VerifiedLoaderParts['onEvict'];
  readonly #global: { [name: string]: unknown };
  readonly #builds = new Map<string, LoadedBuild>();

  constructor({ environment, door, containers, onEvict }: VerifiedLoaderParts) {
    this.#environment = environment;
    this.#door = door;
    this.#containers = containers;
    this.#onEvict = onEvict;
    this.#global = environment.global as { [name: string]: unknown };
  }

  add(sidecar: Sidecar, baseUrl: string): void {
    const { global } = sidecar;
    if (this.#builds.has(global)) return;
    demandSupported(sidecar); // it may have been admitted before this host was updated
    if (global in this.#global || this.#door.sources.has(global)) {
      throw new TestudoError(
        'SIDECAR_INVALID',
        `${global} exists already; two builds need two build ids, and one build one loader`,
      );
    }
    const build = createLoadedBuild(sidecar, new URL('./', baseUrl).href, this.#environment);
    this.#builds.set(global, build);
    this.#door.sources.set(global, build);
  }

  async load(global: string, expose: string): Promise<unknown> {
    const build = this.#need(global);
    const { sidecar } = build;
    if (!(sidecar.exposes as readonly string[]).includes(expose)) {
      throw new TestudoError(
        'EXPOSE_MISSING',
        `${sidecar.name} ${sidecar.build} has no ${expose}; it exposes ${sidecar.exposes.join(' ')}`,
      );
    }
    build.loading += 1;
    try {
      const module = await this.#containers.load(build, expose);
      build.serves = true;
      return module;
    } catch (cause) {
      throw this.#failed(build, cause);
    } finally {
      build.loading -= 1;
    }
  }

  has(global: string): boolean {
    return this.#builds.has(global);
  }

  evict(global: string): void {
    if (!this.#builds.delete(global)) return;
    this.#door.sources.delete(global);
    this.#onEvict?.(global);
    this.#forget(global);
  }

  executed(global: string): ReturnType<Loader['executed']> {
    return [...(this.#builds.get(global)?.executed ?? [])];
  }

  /** What the entry of a known build defines. @throws TestudoError `LOAD_FAILED`, and what running it throws */
  async container(global: string): Promise<object> {
    const build = this.#need(global);
    await build.chunk(build.sidecar.entry);
    const container = this.#global[global];
    if (typeof container === 'object' && container !== null) return container;
    throw new TestudoError(
      'LOAD_FAILED',
      `${build.sidecar.entry} ran but did not define ${global}; does its code throw?`,
    );
  }

  #need(global: string): LoadedBuild {
    const build = this.#builds.get(global);
    if (build) return build;
    throw new TestudoError('BUILD_UNKNOWN', `${global} is not known to this loader; add its sidecar first`);
  }

  /** A build that has never served anything is removed wholly, so that it can be tried again from its first file. */
  #failed(build: LoadedBuild, cause: unknown): TestudoError {
    const { sidecar } = build;
    const isChunkError = cause instanceof Error && cause.name === 'ChunkLoadError';
    const reason = isChunkError ? (build.failure ?? cause) : cause;
    if (!build.serves && build.loading === 1) {
      this.#forget(sidecar.global);
      build.reset();
    }
    if (hasCode(reason)) return reason;
    const message = reason instanceof Error ? reason.message : String(reason);
    return new TestudoError('LOAD_FAILED', `${sidecar.name} ${sidecar.build} could not be loaded: ${message}`, {
      cause,
    });
  }

  #forget(global: string): void {
    this.#containers.forget(global);
    delete this.#global[global];
    delete this.#global[`${global}_c`];
    this.#environment.unstyle?.(global);
  }
}
