import type { Admission, AdmittedBuild, Snapshot } from '@testudo/fabric/catalog/admission-api';
import { parseCatalog } from '@testudo/fabric/catalog/catalog';
import type { Catalog } from '@testudo/fabric/catalog/catalog';
import { settle, toWire } from '@testudo/fabric/error';
import type { HostEventBody } from '@testudo/fabric/host/host-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';

import { fetchJson } from '../boot/fetch-json.ts';
import { buildLockPrefix } from '../build-lock.ts';

export interface BuildIntakeOptions {
  readonly host: RunningHost;
  readonly admission: Admission;
  readonly locks: LockManager | undefined;
  emit(event: HostEventBody): void;
  onError(error: unknown): void;
}

/** Takes the catalogue's builds onto this device, and has the host run them. */
export class BuildIntake {
  readonly #options: BuildIntakeOptions;
  #used: Snapshot | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: BuildIntakeOptions) {
    this.#options = options;
  }

  /** Runs what this device has admitted; on a first visit, models as soon as they are here, the rest after them. */
  async start(): Promise<void> {
    const kept = await this.#options.admission.current();
    if (kept) await this.#use(kept);
    else await this.#serially(() => this.#takeModelsFirst());
  }

  /** Asks for the catalogue and takes over what is new. Failures are reported; the former builds serve on. */
  refresh(): Promise<void> {
    return this.#serially(async () => this.#take(await fetchCatalog()));
  }

  #serially(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act).catch((error: unknown) => this.#options.onError(error));
    return this.#turn;
  }

  async #takeModelsFirst(): Promise<void> {
    const catalog = await fetchCatalog();
    const remotes = catalog.remotes.filter(({ kind }) => kind === 'model' || kind === 'adapter' || kind === 'service');
    const admitted = await Promise.all(remotes.map((remote) => settle(() => this.#options.admission.admit(remote))));
    // A refused one is reported by `take`, which comes next and tries it again.
    const builds = admitted.reduce<AdmittedBuild[]>((all, each) => (each.ok ? [...all, each.value] : all), []);
    await this.#use({ revision: catalog.revision, builds });
  }

  async #take(catalog: Catalog): Promise<void> {
    const { admission, emit } = this.#options;
    const former = await admission.current();
    if (former && isSame(former, catalog)) return;
    const { snapshot, refused } = await admission.take(catalog);
    for (const { remote, error } of refused) {
      emit({ type: 'build', phase: 'refused', remote: remote.name, build: remote.build, error: toWire(error) });
    }
    for (const { remote } of added(snapshot, former)) {
      emit({ type: 'build', phase: 'admitted', remote: remote.name, build: remote.build });
    }
    await this.#use(snapshot);
    await this.#sweep();
  }

  async #use(snapshot: Snapshot): Promise<void> {
    this.#used = snapshot;
    try {
      await this.#options.host.useSnapshot(snapshot);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Keeps what runs in any tab or realm, besides the snapshot's own builds. */
  async #sweep(): Promise<void> {
    const { locks, host, admission } = this.#options;
    if (!locks || !this.#used) return;
    const { held = [] } = await locks.query();
    const names = held.map(({ name = '' }) => name).filter((name) => name.startsWith(buildLockPrefix));
    const inPages = names.map((name) => name.slice(buildLockPrefix.length));
    const { realms } = await host.report();
    const inRealms = Object.values(realms).reduce<string[]>(
      (all, { builds }) => all.concat(builds.map(({ global }) => global)),
      [],
    );
    await admission.sweep([...inPages, ...inRealms]);
  }
}

async function fetchCatalog(): Promise<Catalog> {
  return parseCatalog(await fetchJson('/api/catalog'));
}

function isSame(snapshot: Snapshot, catalog: Catalog): boolean {
  if (snapshot.revision !== catalog.revision || snapshot.builds.length !== catalog.remotes.length) return false;
  return catalog.remotes.every((remote) =>
    snapshot.builds.some((build) => build.remote.integrity === remote.integrity),
  );
}

function added(snapshot: Snapshot, former: Snapshot | undefined): Snapshot['builds'] {
  const known = new Set((former?.builds ?? []).map(({ sidecar }) => sidecar.global));
  return snapshot.builds.filter(({ sidecar }) => !known.has(sidecar.global));
}
