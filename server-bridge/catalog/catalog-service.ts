import type { Admission, Snapshot } from '@testudo/fabric/catalog/admission-api';
import type { Catalog } from '@testudo/fabric/catalog/catalog';
import { TestudoError } from '@testudo/fabric/error';
import type { RunningHost } from '@testudo/fabric/host/host-options';

import { isSame, replaced, withListed, without } from './catalog-changes.ts';
import type { CatalogFile } from './catalog-file.ts';
import type { DeployRequest } from './deploy-request.ts';
import { describeRemote } from './describe-remote.ts';
import type { RemoteLookup } from './describe-remote.ts';
import { switchHost } from './switch-host.ts';

/** Which builds run, and the one way to change that. */
export interface CatalogService {
  current(): Catalog;
  /** what the host runs: the builds of `current`, or former ones where those were refused */
  running(): Snapshot;
  /**
   * Admits a build wholly, lets the host switch to it, then commits the next revision. A refusal changes nothing
   * and the former build serves on. What runs already is left alone; what is named but does not run is taken anew.
   * One at a time.
   * @throws TestudoError what was wrong with the build; `ADMISSION_FAILED` when the host cannot run it; `UNAVAILABLE`
   * when the catalogue cannot be written
   */
  deploy(request: DeployRequest): Promise<Catalog>;
  /**
   * Lets the host run without a remote, then commits the next revision. Objects of its models stay in their stores; what
   * hosts change of them meanwhile waits there. Deployed again it is back. What fails in other remotes is reported.
   * @throws TestudoError `NOT_FOUND` when the catalogue has none of this name; `UNAVAILABLE` when it cannot be written
   */
  withdraw(name: string): Promise<Catalog>;
  /** Resolves when the listed builds were taken over, or refused. */
  readonly settled: Promise<void>;
}

export interface CatalogServiceOptions extends RemoteLookup {
  readonly file: CatalogFile;
  readonly admission: Admission;
  readonly host: Pick<RunningHost, 'useSnapshot'>;
  /** Tells every host that there is another revision. */
  announce(revision: number): void;
  onError(error: unknown): void;
}

const empty: Catalog = { schema: 1, revision: 0, remotes: [] };
const nothing: Snapshot = { revision: 0, builds: [] };

/**
 * Opens the catalogue as it was left and has the host run what is stored here, without a fetch; what is missing or
 * listed anew is fetched and taken over behind that. Where nothing is stored yet, it waits for all of it.
 * @param listed builds to take over; one that is refused is reported and leaves its former build
 */
export async function openCatalogService(
  options: CatalogServiceOptions,
  listed: readonly DeployRequest[],
): Promise<CatalogService> {
  const catalog = (await options.file.read()) ?? empty;
  const stored = (await options.admission.current()) ?? nothing;
  const service = new OneByOneService(options, catalog, stored);
  if (stored.builds.length > 0) await service.runStored();
  const settled = service.takeListed(listed);
  if (stored.builds.length === 0) await settled;
  return {
    current: () => service.current,
    running: () => service.running,
    deploy: (request) => service.deploy(request),
    withdraw: (name) => service.withdraw(name),
    settled,
  };
}

class OneByOneService {
  readonly #options: CatalogServiceOptions;
  readonly #host: CatalogServiceOptions['host'];
  /** the host failed at the snapshot that it was told to run last */
  #hasFailed = false;
  /** a build of the catalogue could not be taken: a former one runs in its place, or none */
  #hasRefused = false;
  #catalog: Catalog;
  /** what the host was told to run last */
  #running: Snapshot;
  /** what it ran before the latest change; calls may still be under way there */
  #former: Snapshot = nothing;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: CatalogServiceOptions, catalog: Catalog, stored: Snapshot) {
    this.#options = options;
    this.#host = { useSnapshot: (snapshot) => this.#use(snapshot) };
    this.#catalog = catalog;
    this.#running = stored;
  }

  get current(): Catalog {
    return this.#catalog;
  }

  get running(): Snapshot {
    return this.#running;
  }

  deploy(request: DeployRequest): Promise<Catalog> {
    return this.#inTurn(() => this.#change(request));
  }

  withdraw(name: string): Promise<Catalog> {
    return this.#inTurn(() => this.#withdraw(name));
  }

  /** A build whose bytes were altered on the disk is refused here, and fetched anew by `takeListed`. */
  runStored(): Promise<void> {
    return this.#orReport(() => this.#use(this.#running));
  }

  takeListed(listed: readonly DeployRequest[]): Promise<void> {
    return this.#inTurn(() => this.#orReport(() => this.#catchUp(listed)));
  }

  async #catchUp(listed: readonly DeployRequest[]): Promise<void> {
    const { file, announce } = this.#options;
    const former = this.#catalog;
    const next = await withListed(former, listed, this.#options);
    if (next !== former) await this.#orReport(() => file.write(next));
    this.#former = this.#running;
    this.#catalog = next;
    await this.#take();
    await this.#orReport(() => this.#use(this.#running));
    if (next !== former) announce(next.revision);
    await this.#sweep();
  }

  async #change(request: DeployRequest): Promise<Catalog> {
    const { admission } = this.#options;
    const remote = await describeRemote(request, this.#catalog, this.#options);
    const isNamed = isSame(remote, this.#catalog);
    if (isNamed && !this.#hasFailed && !this.#hasRefused) return this.#catalog;
    const build = await admission.admit(remote);
    const next = isNamed ? this.#catalog : replaced(this.#catalog, remote);
    const { onError } = this.#options;
    const former = this.#running;
    const wanted = withBuild(former, build, next.revision);
    return this.#switch(next, wanted, () => switchHost({ host: this.#host, onError, former, wanted, build }));
  }

  async #withdraw(name: string): Promise<Catalog> {
    const next = without(this.#catalog, name);
    const wanted = { revision: next.revision, builds: othersThan(name, this.#running) };
    return this.#switch(next, wanted, () => this.#orReport(() => this.#use(wanted)));
  }

  /** Has the host run other builds, writes the catalogue that names them and tells it; nothing of a refused build stays. */
  async #switch(next: Catalog, wanted: Snapshot, use: () => Promise<void>): Promise<Catalog> {
    const { file, announce } = this.#options;
    const former = this.#running;
    try {
      await use();
      await this.#keep(() => file.write(next), former);
    } catch (error) {
      await this.#sweep();
      throw error;
    }
    this.#catalog = next;
    this.#former = former;
    this.#running = wanted;
    await this.#orReport(() => this.#take());
    announce(next.revision);
    await this.#sweep();
    return next;
  }

  /** Writes the catalogue, or has the host run the former builds again. */
  async #keep(write: () => Promise<void>, former: Snapshot): Promise<void> {
    try {
      await write();
    } catch (cause) {
      await this.#orReport(() => this.#use(former));
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TestudoError('UNAVAILABLE', `the catalogue cannot be written: ${why}; the former build serves on`, {
        cause,
      });
    }
  }

  async #take(): Promise<void> {
    const { snapshot, refused } = await this.#options.admission.take(this.#catalog);
    for (const { error } of refused) this.#options.onError(error);
    this.#hasRefused = refused.length > 0;
    this.#running = snapshot;
  }

  async #use(snapshot: Snapshot): Promise<void> {
    this.#hasFailed = true;
    await this.#options.host.useSnapshot(snapshot);
    this.#hasFailed = false;
  }

  #sweep(): Promise<void> {
    const kept = this.#former.builds.map(({ sidecar }) => sidecar.global);
    return this.#orReport(() => this.#options.admission.sweep(kept));
  }

  async #orReport(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function withBuild(former: Snapshot, build: Snapshot['builds'][number], revision: number): Snapshot {
  return { revision, builds: [...othersThan(build.remote.name, former), build] };
}

function othersThan(name: string, { builds }: Snapshot): Snapshot['builds'] {
  return builds.filter(({ remote }) => remote.name !== name);
}
