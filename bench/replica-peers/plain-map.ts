import type { FeedPage } from '@testudo/fabric/sync/wire';

import { recordFeed } from '../feed-fixture.ts';
import { fieldsOf } from '../objects.ts';
import { expectObjects, OBJECTS } from './replica-peer.ts';
import type { ReplicaPeer } from './replica-peer.ts';

interface Versioned {
  readonly clock: number;
  readonly fields: unknown;
}

function takeLater(map: Map<string, Versioned>, id: string, incoming: Versioned): void {
  const known = map.get(id);
  if (known === undefined || known.clock < incoming.clock) map.set(id, incoming);
}

/** The last whole object wins in a map: nothing is encoded for others, and fields do not merge. */
export const plainMap: ReplicaPeer = {
  name: 'raw: a Map, nothing encoded',
  write() {
    const map = new Map<string, Versioned>();
    for (let index = 0; index < OBJECTS; index++)
      takeLater(map, `i${index}`, { clock: index, fields: fieldsOf(index) });
    return map;
  },
  async record() {
    const pages = await recordFeed(OBJECTS);
    return () => {
      const map = new Map<string, Versioned>();
      for (const page of pages) {
        const { entries } = JSON.parse(page) as FeedPage;
        for (const { seq, state } of entries) takeLater(map, state.id, { clock: seq, fields: state.fields });
      }
      expectObjects(map.size);
      return map;
    };
  },
};
