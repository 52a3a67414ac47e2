import { verifyDigest } from '@testudo/fabric/catalog/integrity';
import type { Digest } from '@testudo/fabric/catalog/integrity';
import type { PageLoader } from '@testudo/fabric/catalog/loader-api';
import { parseSidecar } from '@testudo/fabric/catalog/sidecar';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { TestudoError } from '@testudo/fabric/error';

import { buildLockPrefix } from '../build-lock.ts';
import { withOverrides } from './plan.ts';
import type { Overrides, Plan, PlannedRemote } from './plan.ts';

/** A build that this page can load. */
export interface PageBuild {
  readonly sidecar: Sidecar;
  readonly baseUrl: string;
}

export interface PageBuildsOptions {
  readonly loader: PageLoader;
  readonly digest: Digest;
  /** @throws TestudoError `LOAD_FAILED` */
  fetchBytes(url: string): Promise<ArrayBuffer>;
  /** Begins to fetch what a build begins with. */
  prepare(build: PageBuild): void;
  allowsOrigin(origin: string): boolean;
  /** a shared lock a build tells the host worker not to sweep it */
  readonly locks: LockManager;
  /** laid over every plan */
  readonly overrides: Overrides;
}

/** The builds of one page: which are planned, how they are loaded with their libraries, and when they go. */
export class PageBuilds {
  readonly #options: PageBuildsOptions;
  readonly #sidecars = new Map<string, Promise<Sidecar>>();
  readonly #releases = new Map<string, () => void>();
  #plan: Plan = { revision: 0, remotes: [] };

  constructor(options: PageBuildsOptions) {
    this.#options = options;
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** From now on `current` gives this plan's builds; what is loaded stays. */
  adopt(plan: Plan): void {
    this.#plan = withOverrides(plan, this.#options.overrides);
    const planned = new Set(this.#plan.remotes.map(sidecarKey));
    for (const key of this.#sidecars.keys()) if (!planned.has(key)) this.#sidecars.delete(key);
  }

  /** The planned build of an application. @throws TestudoError `NOT_FOUND`, and the codes of a refused sidecar */
  async current(name: string): Promise<PageBuild> {
    const planned = this.#plan.remotes.find(({ remote }) => remote.name === name);
    if (!planned) throw new TestudoError('NOT_FOUND', `there is no ${name} in the catalogue (any more)`);
    return { sidecar: await this.#sidecarOf(planned), baseUrl: planned.remote.url };
  }

  /** Begins to fetch an application before it is shown: whoever shows it is told what is wrong with it. */
  foresee(name: string): void {
    this.current(name)
      .then((build) => this.#prepare(build))
      .catch(() => undefined);
  }

  /**
   * Loads an application's module, after offering the libraries of its share scope. A build that cannot be loaded leaves
   * nothing. @throws TestudoError the loader's codes
   */
  async load(build: PageBuild): Promise<unknown> {
    const { loader } = this.#options;
    const { sidecar, baseUrl } = build;
    this.#prepare(build);
    if (sidecar.shareScope !== undefined) await this.#offer(sidecar.shareScope);
    loader.add(sidecar, baseUrl);
    this.#hold(sidecar.global);
    try {
      return await loader.load(sidecar.global, './app');
    } catch (error) {
      this.evict(sidecar.global);
      throw error;
    }
  }

  /** Removes every trace of a build from this page. Unmount it first. */
  evict(global: string): void {
    this.#options.loader.evict(global);
    this.#releases.get(global)?.();
    this.#releases.delete(global);
  }

  /**
   * Resolves when the scope's library is offered, however others fare; @throws what is wrong with one that could not
   * be had, when none has the scope
   */
  #offer(shareScope: string): Promise<void> {
    const libraries = this.#plan.remotes.filter(({ remote }) => remote.kind === 'library');
    return new Promise((resolve, reject) => {
      let nobody: () => void = resolve;
      const look = async (library: PlannedRemote): Promise<void> => {
        try {
          const sidecar = await this.#sidecarOf(library);
          if (sidecar.shareScope !== shareScope) return;
          const build = { sidecar, baseUrl: library.remote.url };
          this.#options.loader.provide(build);
          this.#prepare(build);
          resolve();
        } catch (error) {
          nobody = () => reject(error);
        }
      };
      void Promise.all(libraries.map(look)).then(() => nobody());
    });
  }

  #prepare(build: PageBuild): void {
    if (!this.#options.loader.has(build.sidecar.global)) this.#options.prepare(build);
  }

  #sidecarOf(planned: PlannedRemote): Promise<Sidecar> {
    const { remote, admitted, isOverride } = planned;
    if (admitted) return Promise.resolve(admitted.sidecar);
    if (isOverride) return this.#fetchSidecar(remote, false);
    const key = sidecarKey(planned);
    const known = this.#sidecars.get(key);
    if (known) return known;
    const fetched = this.#fetchSidecar(remote, true);
    this.#sidecars.set(key, fetched);
    fetched.catch(() => this.#sidecars.delete(key));
    return fetched;
  }

  async #fetchSidecar({ name, url, integrity }: PlannedRemote['remote'], isPinned: boolean): Promise<Sidecar> {
    const { fetchBytes, digest, allowsOrigin } = this.#options;
    const { origin } = new URL(url);
    if (!allowsOrigin(origin))
      throw new TestudoError('ORIGIN_NOT_ALLOWED', `${name} is at ${origin}, which this shell does not allow`);
    const text = await fetchBytes(url);
    if (isPinned) await verifyDigest(text, { path: 'remote.json', integrity }, digest);
    return parseSidecar(new TextDecoder().decode(text));
  }

  #hold(global: string): void {
    const { locks } = this.#options;
    if (this.#releases.has(global)) return;
    const gone = new Promise<void>((resolve) => this.#releases.set(global, resolve));
    // It can only fail with the page itself, which ends the lock as well.
    locks.request(buildLockPrefix + global, { mode: 'shared' }, () => gone).catch(() => undefined);
  }
}

function sidecarKey({ remote }: PlannedRemote): string {
  return `${remote.url} ${remote.integrity}`;
}
