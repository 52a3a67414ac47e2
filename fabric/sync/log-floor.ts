/** No snapshot keeps the log for longer than so many times the patience with its reader. */
const longest = 10;

interface Hold {
  readonly sinceMs: number;
  askedMs: number;
}

/**
 * Up to where the log has been given back. The entries after the beginning of a snapshot stay for its reader until he
 * has had time to ask for them. Clocks decide about space only: who comes too late gets another snapshot.
 */
export class LogFloor {
  readonly #now: () => number;
  readonly #holds = new Map<number, Hold>();
  #seq: number;

  constructor(seq: number, now: () => number) {
    this.#seq = seq;
    this.#now = now;
  }

  /** highest seq that the log does not have any more, or is about to lose */
  get seq(): number {
    return this.#seq;
  }

  raise(seq: number): void {
    this.#seq = Math.max(this.#seq, seq);
  }

  /** Somebody begins to read a snapshot at `seq`: he will ask for what follows it. */
  hold(seq: number): void {
    if (!this.#holds.has(seq)) this.#holds.set(seq, { sinceMs: this.#now(), askedMs: 0 });
    this.asked(seq);
  }

  /** Its reader goes on; a snapshot that nobody began here, or that took too long, is not waited for. */
  asked(seq: number): void {
    const hold = this.#holds.get(seq);
    if (hold !== undefined) hold.askedMs = this.#now();
  }

  /**
   * The highest seq, at most `seq`, to which the floor may be raised now.
   * @param patienceMs a snapshot that its reader has not asked on for longer is taken for given up
   */
  limit(seq: number, patienceMs: number): number {
    const nowMs = this.#now();
    let least = seq;
    this.#holds.forEach(({ sinceMs, askedMs }, held) => {
      const isOver = Math.abs(nowMs - askedMs) >= patienceMs || Math.abs(nowMs - sinceMs) >= longest * patienceMs;
      if (isOver) this.#holds.delete(held);
      else least = Math.min(least, held);
    });
    return least;
  }
}
