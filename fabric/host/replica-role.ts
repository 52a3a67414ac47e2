import { hasCode, toWire, type WireError } from '../error.ts';
import type { Datasource } from '../store/datasource.ts';
import { soundOr } from '../store/sound-or.ts';
import type { HandOverOptions } from '../sync/hand-over.ts';
import type { Replica } from '../sync/sync-api.ts';
import type { FeedPage, PushedPage } from '../sync/wire.ts';
import { openReplica } from '../sync/replica.ts';
import { followLeases, liveCredits, type FollowedFeed, type FollowLeases } from './follow-leases.ts';
import { createExchangeLoop, type ExchangeLoop } from './exchange-loop.ts';
import { schemaHere, type HostRole, type PartitionOpener, type PartitionOptions } from './partitions.ts';
import { keptPartitions } from './kept-partitions.ts';
import { authorityLink, replicaPartition } from './replica-partition.ts';

/** The role of a host that holds copies and sends its ops to an authority, which it finds over the mesh. */
export const replicaRole: HostRole = replicaRoleOf(openReplica);

/** The same, with the program that keeps the copies from elsewhere. */
export function replicaRoleOf(open: typeof openReplica): HostRole {
  return { name: 'replica', partitions: (options) => replicaPartitions(options, open) };
}

/** A store in which this host was its own authority hands over what that has; the program for it is loaded then only. */
async function takeOwnObjects(
  { datasource: first, user, platform }: PartitionOptions,
  kept: Pick<HandOverOptions, 'datasource' | 'partition' | 'replica'>,
): Promise<void> {
  const epochOf = (store: Datasource): Promise<unknown> => soundOr<unknown>(store.get('meta', 'epoch'), () => null);
  const epochs = await Promise.all([first, kept.datasource].map(epochOf));
  if (epochs.every((epoch) => epoch === undefined)) return;
  const { handOver } = await import(/* webpackChunkName: "hand-over" */ '../sync/hand-over.ts');
  await handOver({
    ...kept,
    owner: user?.user ?? '',
    now: () => platform.now(),
    onError: (error) => platform.onError(error),
  });
}

function isOutdated(error: unknown): boolean {
  return hasCode(error) && error.code === 'BUILD_OUTDATED';
}

/** Exchanges; tells of each success, and once that a newer build is needed, until it is there. */
function tellingOutdated(replica: Replica, tell: (needsBuild: boolean) => void): Replica['exchange'] {
  let isKnown = false;
  return async (needsFeed) => {
    try {
      await replica.exchange(needsFeed);
      isKnown = false;
      tell(false);
    } catch (error) {
      if (isOutdated(error) && !isKnown) tell(true);
      isKnown = isOutdated(error);
      throw error;
    }
  };
}

function replicaPartitions(options: PartitionOptions, openCopy: typeof openReplica): PartitionOpener {
  const { node, tenant, platform, mesh, registry, emit, isOnline } = options;
  const kept = keptPartitions(options.datasource, (error) => platform.onError(error));
  const leases = followLeases(options);
  const loops: ExchangeLoop[] = [];
  return {
    openLeft: kept.openLeft,
    close() {
      leases.close();
      for (const loop of loops) loop.dispose();
    },
    async open(modelName, { datasource, replica: name } = { datasource: options.datasource, replica: node }) {
      const partition = `${tenant}/${modelName}`;
      const subject = `${tenant}.${modelName}`;
      kept.note(partition);
      await takeOwnObjects(options, { datasource, partition, replica: name });
      const feed = liveFeed({ mesh, leases, tenant, modelName });
      const replica = await openCopy({
        partition,
        datasource,
        replica: name,
        link: authorityLink(mesh, subject, feed.pulled),
        schemaVersion: () => schemaHere(registry, modelName),
        onError: (error) => platform.onError(error),
        now: () => platform.now(),
      });
      let held: WireError | null = null;
      const loop = createExchangeLoop({
        exchange: tellingOutdated(replica, (needsBuild) => {
          if (needsBuild) emit({ type: 'outdated', modelName });
          else held = null;
        }),
        onHeld(error) {
          if (isOutdated(error)) return;
          held = toWire(error);
          if (replica.pending().length > 0) emit({ type: 'held', modelName, error: held });
        },
        isOnline,
        platform,
      });
      loops.push(loop);
      feed.listen(replica, loop);
      return replicaPartition({ replica, loop, modelName, name: partition, held: () => held });
    },
  };
}

interface LiveFeedOptions extends Pick<PartitionOptions, 'mesh' | 'tenant'>, Pick<FollowedFeed, 'modelName'> {
  readonly leases: FollowLeases;
}

/**
 * Hands on what the authority pushes, and gives it credits again once half of them is kept here. Where anything is
 * missing, or whoever pushed has gone, the feed is asked for; so it is when the authority, asked once a lease, knows of
 * no follow, or has told more than has come. An authority that does not push tells when there is more.
 */
function liveFeed({ mesh, tenant, modelName, leases }: LiveFeedOptions) {
  const subject = `${tenant}.${modelName}`;
  const feed: FollowedFeed = { modelName, followed: '', from: '', ask: () => undefined };
  const ask = (): void => feed.ask();
  let isPoked = false;
  let left = liveCredits;
  return {
    pulled({ follows = '', more, cursor }: FeedPage): void {
      feed.followed = follows;
      feed.from = cursor;
      left = liveCredits;
      if (follows !== '' || more || isPoked) return;
      isPoked = true;
      mesh.subscribe(`feed.${subject}`, ask);
    },
    listen(replica: Replica, loop: ExchangeLoop): void {
      feed.ask = () => loop.nudge();
      leases.add(feed);
      mesh.subscribe(`live.${subject}`, (body) => {
        const pushed = body as unknown as PushedPage | null;
        if (pushed === null) return ask();
        const isFirstHalf = left > liveCredits / 2;
        left = pushed.credits;
        feed.from = pushed.page.cursor;
        const kept = (isNext: boolean): void => {
          if (!isNext) ask();
          else if (isFirstHalf && pushed.credits <= liveCredits / 2) leases.renew(feed, null);
        };
        // What cannot be kept is asked for, which tells why.
        replica.receive(pushed).then(kept, ask);
      });
      mesh.onPeers(() => {
        if (feed.followed === '' || mesh.peers().some(({ id }) => id === feed.followed)) return;
        feed.followed = '';
        ask();
      });
    },
  };
}
