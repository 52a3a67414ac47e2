import type { Datasource } from '@testudo/fabric/store/datasource';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import type { AuthorityLink, Replica } from '@testudo/fabric/sync/sync-api';
import type { FeedPage } from '@testudo/fabric/sync/wire';

import { draftOf, emptyReplica, recordFeed } from '../feed-fixture.ts';
import { inFlight } from '../measure.ts';
import { expectObjects, OBJECTS } from './replica-peer.ts';
import type { ReplicaPeer } from './replica-peer.ts';

const WIDTH = 100;

const away: AuthorityLink = {
  push: () => Promise.reject(new Error('nothing is sent here')),
  pull: () => Promise.reject(new Error('nothing is fetched here')),
};

/** A page from the wire at each call. */
function replay(pages: readonly string[]): AuthorityLink {
  let next = 0;
  return { push: away.push, pull: async () => JSON.parse(pages[next++] ?? '') as FeedPage };
}

/**
 * Our replica: op and state are recorded in the datasource before a write resolves, and so are states and cursor of
 * each page.
 */
export function testudoReplica(datasource: () => Datasource = memoryDatasource): ReplicaPeer {
  return {
    name: 'Testudo',
    async write(): Promise<Replica> {
      const replica = await emptyReplica(away, datasource());
      let made = 0;
      await inFlight(OBJECTS, WIDTH, () => replica.write(draftOf(made++), [], 'ada'));
      return replica;
    },
    async record() {
      const pages = await recordFeed(OBJECTS);
      return async (): Promise<Replica> => {
        const replica = await emptyReplica(replay(pages), datasource());
        await replica.exchange();
        expectObjects(replica.counters.applied);
        return replica;
      };
    },
  };
}
