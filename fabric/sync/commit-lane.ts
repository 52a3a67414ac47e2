/** What a lane does with a draft: everything that goes into one commit. */
export interface LaneSteps<Draft> {
  begin(): Draft;
  /** Makes the draft durable, wholly or not at all. */
  commit(draft: Draft): Promise<void>;
  /** Makes the draft visible in memory; must not throw. */
  install(draft: Draft): void;
  /** whether nothing more should go into this commit */
  isFull(draft: Draft): boolean;
}

/**
 * Work on a draft. It runs alone, never beside other work of its lane; if it throws, the draft is as it was.
 * `isAlone` keeps it out of a commit with others; it may throw in the midst of its work, as its draft is then dropped.
 */
export interface LaneWork<Draft, T> {
  readonly isAlone?: boolean;
  run(draft: Draft): T | Promise<T>;
}

interface Job<Draft> {
  readonly isAlone: boolean;
  run(draft: Draft): Promise<Ran>;
}

/** Work that has run. */
interface Ran {
  /** It has not thrown. */
  readonly isDone: boolean;
  /** Tells its maker, once the commit has succeeded or failed. */
  tell(failure: CommitFailure | null): void;
}

interface CommitFailure {
  readonly error: unknown;
}

/**
 * Does work in the order it is asked for, with one commit for all that queued behind the running one: a lone change
 * never waits, many share. Nobody hears of a result before its commit; a failed commit leaves no trace of its draft.
 */
export class CommitLane<Draft> {
  readonly #steps: LaneSteps<Draft>;
  readonly #queue: Job<Draft>[] = [];
  #isRunning = false;

  constructor(steps: LaneSteps<Draft>) {
    this.#steps = steps;
  }

  /** The result of the work, once it is durable and visible. @throws what the work throws, or its commit */
  do<T>(work: LaneWork<Draft, T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        isAlone: work.isAlone === true,
        async run(draft) {
          try {
            const value = await work.run(draft);
            return { isDone: true, tell: (failure) => (failure === null ? resolve(value) : reject(failure.error)) };
          } catch (error) {
            return { isDone: false, tell: () => reject(error) };
          }
        },
      });
      if (!this.#isRunning) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#turn();
    this.#isRunning = false;
  }

  async #turn(): Promise<void> {
    const draft = this.#steps.begin();
    const ran = await this.#runQueued(draft);
    const failure = ran.some(({ isDone }) => isDone) ? await this.#keep(draft) : null;
    for (const { tell } of ran) tell(failure);
  }

  async #keep(draft: Draft): Promise<CommitFailure | null> {
    const failure = await this.#commit(draft);
    if (failure === null) this.#steps.install(draft);
    return failure;
  }

  async #runQueued(draft: Draft): Promise<readonly Ran[]> {
    const ran: Ran[] = [];
    let taken = 0;
    for (let job = this.#queue[0]; job !== undefined; job = this.#queue[taken]) {
      if (taken > 0 && (job.isAlone || this.#steps.isFull(draft))) break;
      taken += 1;
      ran.push(await job.run(draft));
      if (job.isAlone) break;
    }
    this.#queue.splice(0, taken);
    return ran;
  }

  async #commit(draft: Draft): Promise<CommitFailure | null> {
    try {
      await this.#steps.commit(draft);
      return null;
    } catch (error) {
      return { error };
    }
  }
}
