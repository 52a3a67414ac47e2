import { TestudoError } from '../error.ts';

/** An op whose decision its realm may not outlive. */
export interface SuspectOp {
  /** equal for the same op alone, however often it comes; '' for one that cannot be told from others */
  key(): string;
  /** begins the message of its refusal */
  readonly what: string;
  /** of the model: another build may decide otherwise */
  readonly build: string;
  /**
   * Decides it in a fresh realm where nothing else runs. Resolves to why that realm ended, `null` where it did not.
   * @throws where no such realm could be had
   */
  tryAlone(): Promise<string | null>;
}

export interface DeadlyOpsOptions {
  onError(error: unknown): void;
}

/** So many realms that it had for itself an op may end; then it is refused. */
const DEATHS = 2;
/** Ops that are tried or known to be deadly, at most; of more the oldest are suspected anew. */
const KNOWN = 1000;
/** Ops that wait for their trial, at most: others are suspected again at the next death. */
const WAITING = 50;

interface Known {
  readonly build: string;
  /** `null` while it is being tried */
  refusal: TestudoError | null;
}

/**
 * Ops that were being decided when a realm ended. Each is decided again in a realm of its own, beside the others: who
 * was merely there when another op ended it is cleared, one that ends its own realm as well, twice, is refused.
 */
export class DeadlyOps {
  readonly #options: DeadlyOpsOptions;
  readonly #known = new Map<string, Known>();
  #waiting = 0;
  #trials: Promise<void> = Promise.resolve();

  constructor(options: DeadlyOpsOptions) {
    this.#options = options;
  }

  /** @throws TestudoError `HOOK_TIMEOUT`, a verdict, for a deadly op; `REALM_LOST` (retryable) for one that is being tried */
  demandHarmless({ key, what, build }: Pick<SuspectOp, 'key' | 'what' | 'build'>): void {
    const known = this.#known.size === 0 ? undefined : this.#known.get(key());
    if (known === undefined) return;
    if (known.refusal === null)
      throw new TestudoError('REALM_LOST', `${what} is being tried in a realm of its own; push it again`);
    if (known.build === build) throw known.refusal;
    this.#known.delete(key());
  }

  /** A realm has ended while this op was being decided in it. */
  suspect(op: SuspectOp): void {
    const key = op.key();
    if (key === '' || this.#waiting >= WAITING || this.#known.has(key)) return;
    const known: Known = { build: op.build, refusal: null };
    this.#known.set(key, known);
    this.#forgetOldest();
    this.#waiting += 1;
    this.#trials = this.#trials.then(async () => {
      try {
        known.refusal = await this.#refusalOf(op);
      } catch (error) {
        this.#options.onError(error);
      }
      this.#waiting -= 1;
      if (known.refusal === null) this.#known.delete(key);
      else this.#options.onError(known.refusal);
    });
  }

  async #refusalOf({ what, tryAlone }: SuspectOp): Promise<TestudoError | null> {
    let reason: string | null = null;
    for (let deaths = 0; deaths < DEATHS; deaths += 1) {
      reason = await tryAlone();
      if (reason === null) return null;
    }
    return new TestudoError(
      'HOOK_TIMEOUT',
      `${what} ends the realm that decides it, ${DEATHS} times where nothing else ran (${reason}); change what it asks for, or have its model's code mended`,
    );
  }

  #forgetOldest(): void {
    for (const [key, { refusal }] of this.#known) {
      if (this.#known.size <= KNOWN) return;
      if (refusal !== null) this.#known.delete(key);
    }
  }
}
