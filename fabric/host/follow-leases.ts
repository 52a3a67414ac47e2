import type { Disposable, Plain } from '../plain.ts';
import type { PartitionOptions } from './partitions.ts';

/** Entries that may be on their way to a host, pushed and not kept yet. */
export const liveCredits = 500;
/** How often a host that follows asks whether it still does, and has been told all. */
export const followLeaseMs = 60_000;

/** The feed of a model as this host follows it. */
export interface FollowedFeed {
  readonly modelName: string;
  /** the node that pushes it; '' for none */
  followed: string;
  /** the last cursor that was told */
  from: string;
  /** Has it fetched. */
  ask(): void;
}

/** What keeps the feeds of a host alive. */
export interface FollowLeases {
  add(feed: FollowedFeed): void;
  /** Gives whoever pushes a feed all credits again. @param from where that has to be; `null`: anywhere */
  renew(feed: FollowedFeed, from: string | null): void;
  /** Asks no more. */
  close(): void;
}

/**
 * Asks once a lease, each node in one request for all that it pushes, whether it still does and has told no more than
 * came; what it has not is fetched. A node that does not answer that, as an earlier one, is
 * asked for each feed.
 */
export function followLeases({
  mesh,
  platform,
  tenant,
}: Pick<PartitionOptions, 'mesh' | 'platform' | 'tenant'>): FollowLeases {
  const feeds: FollowedFeed[] = [];
  const credits = liveCredits;
  const renew = (feed: FollowedFeed, from: string | null): void => {
    const ask = (): void => feed.ask();
    mesh.request(`sync.${tenant}.${feed.modelName}.credit`, { credits, from }).then((follows) => follows || ask(), ask);
  };
  const renewAll = (to: string): void => {
    const its = feeds.filter(({ followed }) => followed === to);
    const from = Object.fromEntries(its.map((feed) => [feed.modelName, feed.from]));
    mesh.request(`sync.${tenant}.follows`, { credits, from }, { to }).then(
      (follows) => its.forEach((feed) => (follows as Plain[]).includes(feed.modelName) || feed.ask()),
      () => its.forEach((feed) => renew(feed, feed.from)),
    );
  };
  let timer: Disposable | undefined;
  const keep = (): void => {
    timer = platform.timer(followLeaseMs, keep);
    new Set(feeds.map(({ followed }) => followed)).forEach((node) => node && renewAll(node));
  };
  return {
    renew,
    add(feed) {
      if (feeds.push(feed) === 1) timer = platform.timer(followLeaseMs, keep);
    },
    close: () => timer?.dispose(),
  };
}
