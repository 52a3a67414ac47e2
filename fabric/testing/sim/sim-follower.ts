import type { AuthorityLink, Replica } from '../../sync/sync-api.ts';
import type { PushedPage } from '../../sync/wire.ts';
import type { Random } from './random.ts';
import type { SimWorld } from './sim-world.ts';

/** The way to the authority of a host that follows its feed. */
export interface FollowerLink extends AuthorityLink {
  /** @returns whether it is followed still */
  renew(credits: number): Promise<boolean>;
}

/** One life of a host as a follower: takes what is pushed, asks where something is missing, and now and then anyway. */
export class SimFollower {
  readonly #world: SimWorld;
  readonly #random: Random;
  readonly #link: FollowerLink;
  readonly #credits: number;
  #left = 0;
  #needsFeed = true;

  constructor(world: SimWorld, random: Random, link: FollowerLink) {
    this.#world = world;
    this.#random = random;
    this.#link = link;
    this.#credits = random.between(1, 30);
  }

  /** The same way, with credits in every pull. */
  get link(): AuthorityLink {
    const { push } = this.#link;
    return {
      push,
      pull: async (request) => {
        const page = await this.#link.pull({ ...request, credits: this.#credits });
        this.#left = this.#credits;
        return page;
      },
    };
  }

  /** Whether the next exchange has to fetch the feed; hosts lose what was pushed, and hardly notice. */
  takesFeed(): boolean {
    const needs = this.#needsFeed || this.#random.chance(0.2);
    this.#needsFeed = false;
    return needs;
  }

  /** A page comes in, or word that the host has to ask. */
  async take(replica: Replica, pushed: PushedPage | null): Promise<void> {
    try {
      if (pushed === null) return this.ask();
      if (!(await replica.receive(pushed))) return this.#miss();
      this.#world.count('pagesTaken');
      const isFirstHalf = this.#left * 2 > this.#credits;
      this.#left = pushed.credits;
      if (isFirstHalf && this.#left * 2 <= this.#credits && !(await this.#link.renew(this.#credits))) this.ask();
    } catch {
      // What cannot be kept is asked for, which tells why.
      this.ask();
    }
  }

  ask(): void {
    this.#needsFeed = true;
  }

  #miss(): void {
    this.#world.count('pagesMissed');
    this.ask();
  }
}
