import { TestudoError, hasCode } from '../error.ts';
import type { Admission, AdmissionOptions, AdmittedBuild, Snapshot } from './admission-api.ts';
import { fetchBuild } from './admit-build.ts';
import { createAdmittedBuilds } from './admitted-builds.ts';
import type { AdmittedBuilds } from './admitted-builds.ts';
import type { CatalogRemote } from './catalog.ts';
import { limitParallel } from './limit-parallel.ts';
import { federationName } from './sidecar.ts';

const parallelFetches = 6;

type Refusal = { readonly remote: CatalogRemote; readonly error: unknown };

/**
 * Admission over a build store. At most six files of an origin are fetched at a time: one that hangs holds up no other.
 * @param builds the reader of the same store that runs beside it, where there is one
 */
export function createAdmission(
  options: AdmissionOptions,
  builds: AdmittedBuilds = createAdmittedBuilds(options),
): Admission {
  return new BuildAdmission(options, builds);
}

class BuildAdmission implements Admission {
  readonly #options: AdmissionOptions;
  readonly #builds: AdmittedBuilds;
  readonly #underWay = new Map<string, Promise<AdmittedBuild>>();
  /** per build: the last admission asked for; two never fill one bucket at once */
  readonly #turns = new Map<string, Promise<unknown>>();
  #latestAsked = -1;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: AdmissionOptions, builds: AdmittedBuilds) {
    this.#builds = builds;
    const limits = new Map<string, ReturnType<typeof limitParallel>>();
    const limited: AdmissionOptions['fetchBytes'] = (url, maxBytes) => {
      const { origin } = new URL(url);
      const limit = limits.get(origin) ?? limitParallel(parallelFetches);
      limits.set(origin, limit);
      return limit(() => fetchCoded(options, url, maxBytes));
    };
    this.#options = { ...options, fetchBytes: limited };
  }

  admit(remote: CatalogRemote): Promise<AdmittedBuild> {
    const key = `${remote.url} ${remote.integrity}`;
    const known = this.#underWay.get(key);
    if (known) return known;
    const global = federationName(remote);
    const admitting = (this.#turns.get(global) ?? Promise.resolve()).then(() => this.#admit(remote, global));
    const turn = admitting.catch(() => undefined);
    this.#underWay.set(key, admitting);
    this.#turns.set(global, turn);
    void turn.then(() => {
      this.#underWay.delete(key);
      if (this.#turns.get(global) === turn) this.#turns.delete(global);
    });
    return admitting;
  }

  take(catalog: Parameters<Admission['take']>[0]): ReturnType<Admission['take']> {
    this.#latestAsked = Math.max(this.#latestAsked, catalog.revision);
    return this.#serially(async () => {
      const former = await this.#options.store.readSnapshot();
      if (catalog.revision < this.#latestAsked && former) return { snapshot: former, refused: [] };
      return this.#commit(catalog, former);
    });
  }

  current(): Promise<Snapshot | undefined> {
    return this.#builds.current();
  }

  bytes(global: string, path: string): Promise<ArrayBuffer> {
    return this.#builds.bytes(global, path);
  }

  sweep(keep: readonly string[]): Promise<void> {
    return this.#serially(async () => {
      if (this.#underWay.size > 0) return;
      const snapshot = await this.#options.store.readSnapshot();
      const kept = new Set([...keep, ...(snapshot?.builds ?? []).map((build) => build.sidecar.global)]);
      for (const global of await this.#options.store.buckets()) {
        if (kept.has(global)) continue;
        this.#builds.forget(global);
        await this.#options.store.remove(global);
      }
    });
  }

  async #admit(remote: CatalogRemote, global: string): Promise<AdmittedBuild> {
    const serving = (await this.#options.store.readSnapshot())?.builds.find(({ sidecar }) => sidecar.global === global);
    const known = this.#builds.known(global) ?? serving;
    if (known && known.remote.integrity !== remote.integrity) throw altered(remote, known.remote);
    const build = await fetchBuild(remote, this.#options, serving !== undefined);
    this.#builds.note(build);
    return build;
  }

  #serially<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(act);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #commit(
    catalog: Parameters<Admission['take']>[0],
    former: Snapshot | undefined,
  ): ReturnType<Admission['take']> {
    const refused: Refusal[] = [];
    const admitOrKeep = async (remote: CatalogRemote): Promise<AdmittedBuild | undefined> => {
      try {
        return await this.admit(remote);
      } catch (error) {
        refused.push({ remote, error });
        return former?.builds.find((build) => build.remote.name === remote.name);
      }
    };
    const admitted = await Promise.all(catalog.remotes.map(admitOrKeep));
    const builds = admitted.filter((build): build is AdmittedBuild => build !== undefined);
    const snapshot: Snapshot = { revision: catalog.revision, builds };
    await this.#options.store.writeSnapshot(snapshot);
    return { snapshot, refused };
  }
}

async function fetchCoded(options: AdmissionOptions, url: string, maxBytes?: number): Promise<ArrayBuffer> {
  try {
    return await options.fetchBytes(url, maxBytes);
  } catch (cause) {
    if (hasCode(cause)) throw cause;
    throw new TestudoError('LOAD_FAILED', `${url} could not be fetched; is its server up?`, { cause });
  }
}

function altered({ name, build, integrity: found }: CatalogRemote, known: CatalogRemote): TestudoError {
  const message = `${name} ${build} is known here with another remote.json; a build is immutable: build it anew under another id`;
  return new TestudoError('INTEGRITY_MISMATCH', message, {
    data: { path: 'remote.json', expected: known.integrity, found },
  });
}
