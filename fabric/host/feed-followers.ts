import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Delivery, MeshNode } from '../mesh/mesh-node.ts';
import type { Plain } from '../plain.ts';
import { replicaHost } from '../record/op.ts';
import type { Authority } from '../sync/sync-api.ts';
import type { FeedPage, PushedPage } from '../sync/wire.ts';

export interface FeedFollowersOptions {
  readonly authority: Pick<Authority, 'pull' | 'seq' | 'onAccepted'>;
  readonly mesh: Pick<MeshNode, 'id' | 'tell' | 'peers' | 'onPeers'>;
  /** under which pages are pushed */
  readonly subject: string;
  onError(error: unknown): void;
}

/** One host to which the feed is pushed: where it is, never what it gets. */
interface Follower {
  readonly principal: Principal;
  /** the last cursor that it was told */
  from: string;
  fromSeq: number;
  /** how far the feed was read for it: what came since is nothing that it sees */
  cursor: string;
  seq: number;
  /** its own op of this seq waits for a page that reaches it, if only an empty one */
  owedSeq: number;
  credits: number;
  isBusy: boolean;
}

const maxCredits = 5000;
const pageEntries = 500;
/** a follower that sees nothing of so many ops is told where the feed is all the same */
const maxUntold = 1000;

/**
 * Pushes the feed to hosts that follow it, each as its principal sees it and for as long as it is connected. A host has
 * credits, one for each entry or each KiB of them; one that has none left gets nothing, and nothing waits for it here.
 */
export class FeedFollowers {
  readonly #options: FeedFollowersOptions;
  readonly #followers = new Map<string, Follower>();
  #isTelling = false;

  constructor(options: FeedFollowersOptions) {
    this.#options = options;
    options.mesh.onPeers(() => this.#forgetAbsent());
    options.authority.onAccepted(({ seq }, { replica }) => {
      const own = this.#followers.get(replicaHost(replica));
      if (own) own.owedSeq = seq;
      this.#tellSoon();
    });
  }

  /**
   * A host that has pulled this page, the last one, is pushed what comes after it. One that still pulls goes on as it
   * was: of two pulls, the one that it gave up may be answered last.
   */
  begin(page: FeedPage, credits: unknown, { src, principal }: Pick<Delivery, 'src' | 'principal'>): FeedPage {
    if (credits === undefined) this.#followers.delete(src);
    if (credits === undefined || page.more || page.seq === undefined) return page;
    const { cursor, seq } = page;
    const place = { from: cursor, fromSeq: seq, cursor, seq, owedSeq: 0 };
    this.#followers.set(src, { principal, ...place, credits: checkCredits(credits), isBusy: false });
    this.#tellSoon();
    return { ...page, follows: this.#options.mesh.id };
  }

  /**
   * Gives a host so many credits. @param asked.from the last cursor that has come to it, where it asks about that
   * @returns whether it follows, and has been told nothing beyond `from`
   */
  renew({ credits, from = null }: { readonly [key: string]: unknown }, { src }: Pick<Delivery, 'src'>): boolean {
    const follower = this.#followers.get(src);
    if (!follower) return false;
    follower.credits = checkCredits(credits);
    if (from !== null && from !== follower.from) return false;
    this.#tellSoon();
    return true;
  }

  /** What everybody sees has changed: all have to ask. */
  endAll(): void {
    for (const node of this.#followers.keys()) this.#end(node);
  }

  #forgetAbsent(): void {
    if (this.#followers.size === 0) return;
    const present = new Set(this.#options.mesh.peers().map(({ id }) => id));
    for (const node of this.#followers.keys()) if (!present.has(node)) this.#followers.delete(node);
  }

  /** What is accepted in one turn goes in one page. */
  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const [node, follower] of this.#followers) if (!follower.isBusy) void this.#keepTold(node, follower);
    });
  }

  async #keepTold(node: string, follower: Follower): Promise<void> {
    follower.isBusy = true;
    const isBehind = (): boolean => follower.credits > 0 && follower.seq < this.#options.authority.seq;
    try {
      while (this.#followers.get(node) === follower && isBehind()) await this.#next(node, follower);
    } catch (error) {
      this.#options.onError(error);
      if (this.#followers.get(node) === follower) this.#end(node);
    }
    follower.isBusy = false;
  }

  async #next(node: string, follower: Follower): Promise<void> {
    const { cursor: since, credits, principal } = follower;
    const page = await this.#options.authority.pull({ since, limit: Math.min(credits, pageEntries) }, principal, node);
    if (this.#followers.get(node) !== follower) return;
    if (page.complete !== undefined || page.seq === undefined) return this.#end(node);
    follower.cursor = page.cursor;
    follower.seq = page.seq;
    const told = page.entries.length + (page.left?.length ?? 0);
    const isOwed = follower.owedSeq > follower.fromSeq || page.seq - follower.fromSeq >= maxUntold;
    if (told > 0 || isOwed) this.#push(node, follower, { page, told });
  }

  #push(node: string, follower: Follower, { page, told }: { readonly page: FeedPage; readonly told: number }): void {
    const { mesh, subject } = this.#options;
    const kib = Math.ceil(JSON.stringify(page.entries).length / 1024);
    follower.credits = Math.max(0, follower.credits - Math.max(told, kib));
    const pushed: PushedPage = { from: follower.from, page, credits: follower.credits };
    follower.from = page.cursor;
    follower.fromSeq = follower.seq;
    if (!mesh.tell(node, subject, pushed as unknown as Plain)) this.#followers.delete(node);
  }

  /** It has to ask: it sees something else now, the log does not reach back to where it is, or a page cannot be sent. */
  #end(node: string): void {
    this.#followers.delete(node);
    this.#options.mesh.tell(node, this.#options.subject, null);
  }
}

function checkCredits(credits: unknown): number {
  if (Number.isInteger(credits) && Number(credits) >= 1 && Number(credits) <= maxCredits) return Number(credits);
  throw new TestudoError('BAD_REQUEST', `credits must be a whole number of 1 to ${maxCredits}`);
}
