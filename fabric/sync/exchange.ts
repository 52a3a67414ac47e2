import { hasCode, type TestudoError } from '../error.ts';
import type { Op } from '../record/op.ts';
import { fitting } from './fitting.ts';
import type * as Rare from './rare-exchanges.ts';
import type { ReplicaBook } from './replica-book.ts';
import type { AuthorityLink } from './sync-api.ts';
import type { FeedPage, OpResult, PushedPage, PushReply, StateGroup } from './wire.ts';

const pushOps = 200;
const pullEntries = 500;

/** What an exchange needs of its replica. */
export interface ExchangeOptions {
  readonly book: ReplicaBook;
  readonly link: AuthorityLink;
  /** the collection of the partition's objects */
  readonly objects: string;
  sent(ops: readonly Op[]): void;
  /** Enters decisions; resolves when they are durable. */
  enterResults(results: readonly OpResult[]): Promise<void>;
  /** Enters a page; resolves when it is durable. */
  enterPage(page: FeedPage): Promise<void>;
  /** Forgets what this authority has not decided, by its `mark`, and where the feed was. */
  forked(error: TestudoError, mark: number): Promise<void>;
  /**
   * What the authority had decided of the outbox may be lost there: it is asked again.
   * @param cursor where the feed is
   * @param life of the authority that speaks now; resolves when that is durable
   */
  forgot(cursor: string | null, life?: string): Promise<void>;
  /** Whether the outbox is of the name that this host had before. */
  hasFormerName(): boolean;
  /** Goes on under another replica id; resolves when that is durable. */
  rename(): Promise<void>;
}

/**
 * Sends the outbox and fetches the feed, once at a time; who asks during a run waits for another round. A feed that is
 * pushed here is fetched again only when asked for, or after a gap.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  #running: Promise<void> | null = null;
  #again = false;
  /** counter up to which the authority is known to have decided what was sent last */
  #mark = 0;
  /** seq that the feed has reached while it is pushed here; `null`: it has to be fetched */
  #liveSeq: number | null = null;
  #isAsked = false;
  #lastPage: Promise<unknown> = Promise.resolve();

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  run(needsFeed: boolean): Promise<void> {
    this.#again = true;
    this.#isAsked ||= needsFeed;
    if (this.#running === null) {
      this.#running = this.#rounds().finally(() => {
        this.#running = null;
      });
    }
    return this.#running;
  }

  /** Takes a page that was pushed; resolves when it is durable: `false` when pages before it are missing. */
  receive(pushed: PushedPage): Promise<boolean> {
    return this.#inTurn(() => this.#take(pushed));
  }

  /** What was pushed before the feed is fetched comes with that again, and what came before is no news. */
  async #take({ from, page }: PushedPage): Promise<boolean> {
    const { book, enterPage } = this.#options;
    const { seq = 0 } = page;
    if (this.#liveSeq === null || seq <= this.#liveSeq) return true;
    const isNext = from === book.cursor && !this.#isInDoubt(this.#liveSeq);
    this.#liveSeq = null;
    if (!isNext || (await this.#isForgetful(page))) return false;
    await enterPage(page);
    this.#liveSeq = seq;
    return true;
  }

  /** One page after the other: one that is pushed may overtake the reply that it follows. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastPage.then(work);
    this.#lastPage = done.catch(() => undefined);
    return done;
  }

  /**
   * What cannot be sent keeps nothing from being fetched. One fork is mended in a run, a second one fails it. What was
   * made under a former name is sent under that, and what is left of it goes on under the new one.
   */
  async #rounds(): Promise<void> {
    let hasForked = false;
    while (this.#again || this.#unsent().length > 0) {
      this.#again = false;
      const { life } = this.#options.book;
      const failure = await this.#attempt();
      const isFormer = this.#options.hasFormerName();
      const isForked = failure !== null && isFork(failure.error);
      if (isFormer) this.#isAsked = true;
      const isKeptUp = await this.#inTurn(() => this.#keepUp(failure?.error));
      const isHeard = life === this.#options.book.life;
      if (!isKeptUp || (failure === null && !(isFormer && isHeard))) continue;
      // Under a name that is nobody's at this authority nothing was decided.
      const isNameOver = failure === null || (isFormer && hasCode(failure.error) && failure.error.code === 'FORBIDDEN');
      if (!isNameOver && (hasForked || !isForked)) throw failure.error;
      hasForked ||= isForked;
      await this.#options.rename();
    }
  }

  async #attempt(): Promise<{ readonly error: unknown } | null> {
    try {
      await this.#send();
      return null;
    } catch (error) {
      return { error };
    }
  }

  /**
   * The next ops that the authority has not decided as far as is known, with counters that follow one another: where
   * a refused op is missing, its successors go in a push of their own.
   */
  #unsent(): readonly Op[] {
    const { book } = this.#options;
    const ops: Op[] = [];
    for (let counter = book.decided + 1; counter <= book.counter && ops.length < pushOps; counter += 1) {
      const pending = book.outbox.get(counter);
      if (pending !== undefined) ops.push(pending.op);
      else if (ops.length > 0) break;
    }
    return ops;
  }

  /** Until nothing is left to send, or another life of the authority speaks, whose feed comes first. */
  async #send(): Promise<void> {
    for (let isHeard = true, ops = fitting(this.#unsent()); isHeard && ops.length > 0; ops = fitting(this.#unsent())) {
      const next = ops;
      isHeard = await this.#inTurn(() => this.#decide(next));
    }
  }

  /**
   * A page with the effect of an op waits until the decision on that is known: the op is not put on top of itself.
   * @returns whether it was decided by the life that it was meant for
   */
  async #decide(ops: readonly Op[]): Promise<boolean> {
    const { book, enterResults, sent } = this.#options;
    const { life } = book;
    sent(ops);
    const first = (ops[0] as Op).counter;
    this.#mark = first - 1;
    const reply = await this.#push(ops);
    await this.#isForgetful(reply);
    if (book.life !== life) return false;
    if (reply.mark < first - 1) {
      this.#mark = reply.mark;
      throw (await loadRare()).forked(book.replica, reply.mark, first);
    }
    const { decided } = book;
    await enterResults(reply.results);
    if (book.decided === decided) throw (await loadRare()).undecided(book.replica, ops.length);
    return true;
  }

  /** Where an op is another one than the authority knows, those before it are told apart one by one. */
  async #push(ops: readonly Op[]): Promise<PushReply> {
    const { link, book } = this.#options;
    const { replica, life } = book;
    try {
      return await link.push({ replica, ops, life });
    } catch (error) {
      if (ops.length === 1 || !isFork(error)) throw error;
      return this.#push(ops.slice(0, 1));
    }
  }

  /**
   * After a fork everything is fetched.
   * @param failure of what was sent
   * @returns `false` when what was sent is to be sent again first
   */
  async #keepUp(failure: unknown): Promise<boolean> {
    if (isFork(failure)) {
      this.#liveSeq = null;
      await this.#options.forked(failure, this.#mark);
    }
    const isLive = this.#liveSeq !== null && !this.#isInDoubt(this.#liveSeq);
    const needsFeed = this.#isAsked || !isLive;
    this.#isAsked = false;
    return needsFeed ? this.#fetch() : true;
  }

  /**
   * Whether an op is said to have been accepted before the place that the feed has reached, and has not come with it: the
   * decision on it was lost on its way, or the authority's database is an older one. Whoever asks gets to know.
   */
  #isInDoubt(seq: number): boolean {
    return [...this.#options.book.acceptedSeq.values()].some((accepted) => accepted <= seq);
  }

  async #fetch(): Promise<boolean> {
    const { book, enterPage } = this.#options;
    this.#liveSeq = null;
    let have: readonly StateGroup[] = [];
    for (let more = true; more;) {
      const page = await this.#pull(book.cursor, have);
      if (await this.#isForgetful(page)) return false;
      if (page.wanted !== undefined && (await this.#offer(page))) continue;
      more = page.more;
      await enterPage(page);
      have = page.complete?.ranges
        ? (await import(/* webpackChunkName: "damage" */ './state-groups.ts')).groupsAfter(
            book.confirmed,
            page.complete,
          )
        : [];
      if (page.follows !== undefined) this.#liveSeq = page.seq ?? null;
    }
    return true;
  }

  /** Before a page takes away what its authority has lost. @returns whether some of it has come back there */
  async #offer(page: FeedPage): Promise<boolean> {
    return (await loadRare()).offerLost(this.#options, page);
  }

  /**
   * Whether another life of the authority speaks than that which accepted ops whose effect has not come yet. It may have
   * lost them, and have given their numbers to others: they are sent again, and what it said is asked for after that.
   * Which life it is has to be durable first, so that a host whose records are another's by now asks for nothing.
   */
  async #isForgetful({ life }: Pick<FeedPage, 'life'>): Promise<boolean> {
    const { book, forgot } = this.#options;
    if (life === undefined || life === book.life) return false;
    this.#liveSeq = null;
    const isInDoubt = book.acceptedSeq.size > 0;
    await forgot(book.cursor, life);
    return isInDoubt;
  }

  /** A page after the cursor; of everything, when the authority does not know the cursor. */
  async #pull(since: string | null, have: readonly StateGroup[]): Promise<FeedPage> {
    const { link, forgot } = this.#options;
    try {
      return await link.pull({ since, limit: pullEntries, have });
    } catch (error) {
      if (since === null || !hasCode(error) || error.code !== 'BAD_REQUEST') throw error;
      await forgot(null);
      return link.pull({ since: null, limit: pullEntries });
    }
  }
}

function isFork(error: unknown): error is TestudoError {
  return hasCode(error) && error.code === 'REPLICA_FORKED';
}

/** The program for what hardly any exchange meets. */
function loadRare(): Promise<typeof Rare> {
  return import(/* webpackChunkName: "damage" */ './rare-exchanges.ts');
}
