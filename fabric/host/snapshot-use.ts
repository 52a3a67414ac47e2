import type { Snapshot } from '../catalog/admission-api.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { ModelRegistry } from './model-registry.ts';
import { openModels } from './open-models.ts';
import type { Realms } from './realms.ts';

/** What snapshots are used with. */
export interface SnapshotUseOptions {
  readonly realms: Pick<Realms, 'use'>;
  readonly registry: Pick<ModelRegistry, 'all'>;
  isOpen(modelName: string): boolean;
  /** Opens a model's partition; of one that is open, what it declares is looked at again. */
  open(model: ModelReport): Promise<void>;
  /** Runs the objects that are to live. */
  resume(): Promise<void>;
  /** A snapshot has been used, whatever failed. */
  onUsed(): void;
  onError(error: unknown): void;
}

/** Uses snapshots of builds, one after the other: a model is opened once. */
export class SnapshotUse {
  /** of the snapshot that was used last; 0 before */
  revision = 0;
  readonly #options: SnapshotUseOptions;
  #snapshot: Snapshot | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(options: SnapshotUseOptions) {
    this.#options = options;
  }

  /** Runs its builds and opens their models. All are tried. @throws TestudoError the first failure */
  use(snapshot: Snapshot): Promise<void> {
    return this.#queue(() => this.#use(snapshot));
  }

  /** A realm is ready: models that it has brought after its snapshot was used are opened. */
  realmReady(): void {
    const { registry, isOpen, onError } = this.#options;
    this.#queue(async () => {
      const isLate = registry.all().some(({ modelName }) => !isOpen(modelName));
      if (this.#snapshot && isLate) await this.#use(this.#snapshot);
    }).catch(onError);
  }

  #queue(use: () => Promise<void>): Promise<void> {
    const used = this.#last.then(use);
    this.#last = used.catch(() => undefined);
    return used;
  }

  async #use(snapshot: Snapshot): Promise<void> {
    const { realms, registry, open, resume, onUsed } = this.#options;
    const itself = (error: unknown): unknown => error;
    const ofRealms = await realms.use(snapshot).then(() => null, itself);
    const ofStores = await openModels(registry.all(), open);
    const ofObjects = await resume().then(() => null, itself);
    const failure = ofRealms ?? ofStores ?? ofObjects;
    this.#snapshot = snapshot;
    this.revision = snapshot.revision;
    onUsed();
    if (failure !== null) throw failure;
  }
}
