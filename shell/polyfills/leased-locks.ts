import type { Claim, ClaimsStore } from './claims-store.ts';

export interface LeasedLocksOptions {
  readonly store: ClaimsStore;
  /** between all pages and workers that share the store */
  readonly channel: BroadcastChannel;
  /** a name that no other page or worker has */
  readonly owner: string;
  /** an owner that is known to have gone, such as this tab's page before a reload */
  readonly former: string | null;
  /** how long a holder may take to answer for its claim */
  readonly answerMs: number;
}

type Said =
  /** somebody wants what these claims hold: their owners are to say that they are there */
  | { readonly type: 'ask'; readonly ids: readonly string[] }
  | { readonly type: 'here'; readonly id: string }
  /** these claims were taken away */
  | { readonly type: 'taken'; readonly ids: readonly string[] }
  | { readonly type: 'released'; readonly lock: string }
  /** whoever believes to hold this lock by another claim has lost it, if the store does not know that claim any more */
  | { readonly type: 'held'; readonly lock: string; readonly id: string };

interface Want {
  readonly lock: string;
  readonly claim: Claim;
  readonly signal: AbortSignal | undefined;
}

const gone = (): Error => new DOMException('another tab has taken this lock away', 'AbortError');

/**
 * Web Locks for engines without them, as far as the shell uses them: exclusive and shared, waiting, `steal`, `signal`,
 * `query().held`. A lock is a lease: its holder keeps it for as long as it answers for it, and one that is asked and
 * silent (closed, crashed, frozen) loses it; if it wakes, its request rejects with `AbortError`. So does that of a
 * holder whose claim was cleared with the storage, once another has the lock. Who writes must be fenced therefore.
 * There is no order among those that wait.
 * @see Web Locks API, W3C Working Draft
 */
export class LeasedLocks {
  readonly #options: LeasedLocksOptions;
  readonly #held = new Map<string, (error: Error) => void>();
  /** claim -> exclusive lock in use */
  readonly #used = new Map<string, string>();
  readonly #listeners = new Set<(said: Said) => void>();
  #count = 0;

  constructor(options: LeasedLocksOptions) {
    this.#options = options;
    options.channel.addEventListener('message', ({ data }: MessageEvent<Said>) => this.#hear(data));
  }

  async request<T>(
    lock: string,
    ...rest: [LockGrantedCallback<T>] | [LockOptions, LockGrantedCallback<T>]
  ): Promise<T> {
    const [options, use] = rest.length === 1 ? [{}, rest[0]] : rest;
    const { mode = 'exclusive', steal = false, signal } = options;
    const { owner } = this.#options;
    this.#count += 1;
    const claim: Claim = { id: `${owner} ${this.#count}`, owner, mode };
    const taken = new Promise<never>((_resolve, reject) => this.#held.set(claim.id, reject));
    taken.catch(() => undefined);
    try {
      await this.#acquire({ lock, claim, signal }, steal);
      if (mode === 'exclusive') this.#use(lock, claim.id);
      return await Promise.race([use({ name: lock, mode }), taken]);
    } finally {
      this.#held.delete(claim.id);
      this.#used.delete(claim.id);
      await this.#release(lock, claim.id);
    }
  }

  /** Claims that nobody answers for any more are removed, not listed. */
  async query(): Promise<LockManagerSnapshot> {
    const all = await this.#options.store.all();
    const ids = all.reduce<string[]>((found, { claims }) => found.concat(claims.map(({ id }) => id)), []);
    const lost = ids.length === 0 ? [] : await this.#silent(ids);
    const held: LockInfo[] = [];
    for (const { lock, claims } of all) {
      const left = claims.filter(({ id }) => !lost.includes(id));
      if (left.length < claims.length) await this.#remove(lock, lost);
      held.push(...left.map(({ mode, owner }) => ({ name: lock, mode, clientId: owner })));
    }
    return { held, pending: [] };
  }

  async #acquire(want: Want, steal: boolean): Promise<void> {
    let lost: readonly string[] = [];
    for (let takeAll = steal; ; takeAll = false) {
      if (want.signal?.aborted) throw gone();
      const blocking = await this.#take(want, (claim) => takeAll || lost.includes(claim.id));
      if (blocking.length === 0) return;
      lost = await this.#silent(blocking, want);
    }
  }

  /** @returns the claims that are in the way; when there are none, this one is there */
  async #take({ lock, claim }: Want, isVoid: (claim: Claim) => boolean): Promise<readonly string[]> {
    const { store, former } = this.#options;
    let blocking: readonly Claim[] = [];
    let taken: readonly Claim[] = [];
    await store.change(lock, (found) => {
      const left = found.filter((other) => other.owner !== former && !isVoid(other));
      taken = found.filter((other) => !left.includes(other));
      blocking = left.filter(({ mode }) => mode === 'exclusive' || claim.mode === 'exclusive');
      return blocking.length === 0 ? left.concat(claim) : left;
    });
    if (taken.length > 0) this.#say({ type: 'taken', ids: taken.map(({ id }) => id) });
    return blocking.map(({ id }) => id);
  }

  /**
   * Waits until the time to answer is over, and names the claims that nobody answered for.
   * @param want what waits for them: its lock's release ends the wait; without one, so does the last answer
   */
  #silent(ids: readonly string[], want?: Want): Promise<readonly string[]> {
    const signal = want?.signal;
    return new Promise((resolve) => {
      const silent = new Set(ids);
      const end = (left: readonly string[]): void => {
        clearTimeout(timer);
        this.#listeners.delete(listen);
        signal?.removeEventListener('abort', abandon);
        resolve(left);
      };
      const abandon = (): void => end([]);
      const listen = (said: Said): void => {
        if (said.type === 'here') silent.delete(said.id);
        const isOver = want ? said.type === 'released' && said.lock === want.lock : silent.size === 0;
        if (isOver) end([]);
      };
      const timer = setTimeout(() => end([...silent]), this.#options.answerMs);
      this.#listeners.add(listen);
      signal?.addEventListener('abort', abandon);
      this.#say({ type: 'ask', ids });
    });
  }

  #use(lock: string, id: string): void {
    this.#used.set(id, lock);
    this.#say({ type: 'held', lock, id });
  }

  /** Another holds the lock: this claim is void, unless the store says that its message came late. */
  async #doubt(lock: string, id: string): Promise<void> {
    const found = await this.#options.store.change(lock, (claims) => claims);
    if (found.every((claim) => claim.id !== id)) this.#held.get(id)?.(gone());
  }

  async #release(lock: string, id: string): Promise<void> {
    if (await this.#drop(lock, [id])) this.#say({ type: 'released', lock });
  }

  async #remove(lock: string, ids: readonly string[]): Promise<void> {
    if (await this.#drop(lock, ids)) this.#say({ type: 'taken', ids });
  }

  /** @returns whether one of them was there */
  async #drop(lock: string, ids: readonly string[]): Promise<boolean> {
    let wasThere = false;
    await this.#options.store.change(lock, (found) => {
      const left = found.filter(({ id }) => !ids.includes(id));
      wasThere = left.length < found.length;
      return left;
    });
    return wasThere;
  }

  /** To all others, and to this page's own waiters, whom a channel does not reach. */
  #say(said: Said): void {
    this.#options.channel.postMessage(said);
    this.#hear(said);
  }

  #hear(said: Said): void {
    if (said.type === 'ask') {
      for (const id of said.ids) if (this.#held.has(id)) this.#say({ type: 'here', id });
    }
    if (said.type === 'held') {
      for (const [id, lock] of this.#used) {
        if (lock === said.lock && id !== said.id) this.#doubt(lock, id).catch(() => undefined); // the next one tells
      }
    }
    if (said.type === 'taken') for (const id of said.ids) this.#held.get(id)?.(gone());
    this.#listeners.forEach((listener) => listener(said));
  }
}
