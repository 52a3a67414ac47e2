import type { Admission, Snapshot } from '@testudo/fabric/catalog/admission-api';
import { parseCatalog } from '@testudo/fabric/catalog/catalog';
import type { Catalog, CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { errorCodes, hasCode, toWire } from '@testudo/fabric/error';
import type { WireError } from '@testudo/fabric/error';
import type { HostEventBody } from '@testudo/fabric/host/host-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

import { buildLockPrefix } from '../build-lock.ts';
import { beginRound } from './admission-round.ts';
import type { AdmissionRound } from './admission-round.ts';

export interface BuildIntakeOptions {
  readonly host: Pick<RunningHost, 'useSnapshot' | 'inspect'>;
  readonly admission: Admission;
  readonly locks: Pick<LockManager, 'query'>;
  readonly platform: Pick<Platform, 'timer'>;
  /** @throws TestudoError when there is no catalogue to be had */
  fetchCatalog(): Promise<unknown>;
  emit(event: HostEventBody): void;
  /** All remotes of a catalogue are admitted, but for these refusals. */
  onSettled(refusals: readonly WireError[]): void;
  onError(error: unknown): void;
}

/** How long builds that are there wait for the others of their catalogue. */
const patienceMs = 3000;
const firstRetryMs = 2000;
const lastRetryMs = 120_000;

/**
 * Takes the catalogue's builds onto this device, and has the host run them. A build that hangs holds up the others
 * for a moment only; what could not be had is tried again, ever more rarely.
 */
export class BuildIntake {
  readonly #options: BuildIntakeOptions;
  #used: Snapshot | undefined;
  #turn: Promise<void> = Promise.resolve();
  #round: AdmissionRound | undefined;
  #retry: Disposable | undefined;
  #failures = 0;
  /** the host has used its last snapshot, whole */
  #isUsed = true;

  constructor(options: BuildIntakeOptions) {
    this.#options = options;
  }

  /** For a first visit: runs models as soon as they are here, whatever becomes of the rest. */
  begin(): Promise<void> {
    return this.#serially(() => this.#useModels());
  }

  /**
   * Takes over what is new in the catalogue. Failures are reported; the former builds serve on.
   * @param asked the catalogue, where somebody has asked for it already
   */
  refresh(asked: Promise<unknown> = this.#options.fetchCatalog()): Promise<void> {
    asked.catch(() => undefined); // its turn may come later than its failure
    this.#retry?.dispose();
    return this.#serially(async () => {
      try {
        await this.#take(parseCatalog(await asked));
      } catch (error) {
        if (hasCode(error) && error.retryable) this.#retryLater();
        throw error;
      }
    });
  }

  #serially(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act).catch((error: unknown) => this.#options.onError(error));
    return this.#turn;
  }

  /** What is refused or late here is left to `take`, which comes next. */
  async #useModels(): Promise<void> {
    const catalog = parseCatalog(await this.#options.fetchCatalog());
    const remotes = catalog.remotes.filter(({ kind }) => kind === 'model' || kind === 'adapter' || kind === 'service');
    const round = beginRound({ ...catalog, remotes }, this.#admit, () => undefined);
    await round.first;
    await this.#waitFor(round);
    await this.#use({ revision: catalog.revision, builds: round.builds() });
  }

  async #take(catalog: Catalog): Promise<void> {
    const former = await this.#options.admission.current();
    if (former && isSame(former, catalog)) return this.#isUsed ? undefined : this.#use(former);
    const round = beginRound(catalog, this.#admit, this.#refused);
    this.#round = round;
    await this.#waitFor(round);
    const late = [...round.pending.values()];
    await this.#commit(round);
    for (const each of late) void each.then(() => this.#serially(() => this.#commit(round)));
  }

  async #waitFor({ pending }: AdmissionRound): Promise<void> {
    let patience: Disposable | undefined;
    const late = new Promise<void>((resolve) => {
      patience = this.#options.platform.timer(patienceMs, resolve);
    });
    await Promise.race([Promise.all(pending.values()), late]);
    patience?.dispose();
  }

  readonly #admit: Admission['admit'] = (remote) => this.#options.admission.admit(remote);

  readonly #refused = ({ name, build }: CatalogRemote, error: WireError): void =>
    this.#options.emit({ type: 'build', phase: 'refused', remote: name, build, error });

  /** One snapshot of what is there; nothing when a later catalogue is under way. */
  async #commit(round: AdmissionRound): Promise<void> {
    if (round !== this.#round) return;
    const { admission, emit } = this.#options;
    if (round.pending.size === 0) this.#settled(round);
    const former = await admission.current();
    const settled = round.settled(former);
    if (former && isSame(former, settled)) return;
    const { snapshot, refused } = await admission.take(settled);
    for (const { remote, error } of refused) this.#refused(remote, toWire(error));
    for (const { remote } of added(snapshot, former)) {
      emit({ type: 'build', phase: 'admitted', remote: remote.name, build: remote.build });
    }
    await this.#use(snapshot);
    await this.#sweep();
  }

  #settled({ refusals }: AdmissionRound): void {
    this.#options.onSettled(refusals);
    if (refusals.some(({ code }) => errorCodes[code].retryable)) this.#retryLater();
    else this.#failures = 0;
  }

  #retryLater(): void {
    this.#retry?.dispose();
    const delayMs = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = this.#options.platform.timer(delayMs, () => void this.refresh());
  }

  async #use(snapshot: Snapshot): Promise<void> {
    this.#used = snapshot;
    this.#isUsed = false;
    try {
      await this.#options.host.useSnapshot(snapshot);
      this.#isUsed = true;
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Keeps what runs in any tab or realm, besides the snapshot's own builds. */
  async #sweep(): Promise<void> {
    const { locks, host, admission } = this.#options;
    if (!this.#used) return;
    const { held } = await locks.query();
    if (!held) return;
    const names = held.map(({ name = '' }) => name).filter((name) => name.startsWith(buildLockPrefix));
    const inPages = names.map((name) => name.slice(buildLockPrefix.length));
    const { realms } = await host.inspect();
    const inRealms = Object.values(realms).reduce<string[]>(
      (all, { builds }) => all.concat(builds.map(({ global }) => global)),
      [],
    );
    await admission.sweep([...inPages, ...inRealms]);
  }
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
