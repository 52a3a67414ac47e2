import type { AuthorityLink } from '@testudo/fabric/sync/sync-api';
import type { FeedPage } from '@testudo/fabric/sync/wire';

import { draftOf, emptyReplica, recordFeed } from './feed-fixture.ts';
import { inFlight, measure, perSecond } from './measure.ts';
import type { Contest, Group, Peer, Round } from './measure.ts';
import { fieldsOf } from './objects.ts';
import { loadYjs } from './peers.ts';
import type { YDoc, Yjs } from './peers.ts';

const OBJECTS = 20_000;
const WIDTH = 100;
const ROUNDS = 7;
const AHEAD = 1;

const away: AuthorityLink = {
  push: () => Promise.reject(new Error('nothing is sent here')),
  pull: () => Promise.reject(new Error('nothing is fetched here')),
};

/** A page from the wire at each call. */
function replay(pages: readonly string[]): AuthorityLink {
  let next = 0;
  return { push: away.push, pull: async () => JSON.parse(pages[next++] ?? '') as FeedPage };
}

async function ourWrites(): Promise<number> {
  const replica = await emptyReplica(away);
  let made = 0;
  return perSecond(OBJECTS, () => inFlight(OBJECTS, WIDTH, () => replica.write(draftOf(made++), [], 'ada')));
}

async function ourFeed(pages: readonly string[]): Promise<number> {
  const replica = await emptyReplica(replay(pages));
  const rate = await perSecond(OBJECTS, () => replica.exchange());
  if (replica.counters.applied !== OBJECTS) throw new Error(`${replica.counters.applied} of ${OBJECTS} were applied`);
  return rate;
}

interface Versioned {
  readonly clock: number;
  readonly fields: unknown;
}

/** The floor: the last writer wins, in a plain map that keeps nothing else. */
function takeLater(map: Map<string, Versioned>, id: string, incoming: Versioned): void {
  const known = map.get(id);
  if (known === undefined || known.clock < incoming.clock) map.set(id, incoming);
}

function mapWrites(): Promise<number> {
  const map = new Map<string, Versioned>();
  return perSecond(OBJECTS, () => {
    for (let index = 0; index < OBJECTS; index++)
      takeLater(map, `i${index}`, { clock: index, fields: fieldsOf(index) });
  });
}

function mapFeed(pages: readonly string[]): Promise<number> {
  const map = new Map<string, Versioned>();
  return perSecond(OBJECTS, () => {
    for (const page of pages) {
      const { entries } = JSON.parse(page) as FeedPage;
      for (const { seq, state } of entries) takeLater(map, state.id, { clock: seq, fields: state.fields });
    }
  });
}

/** One document, a transaction for each object, its update handed out as to a store. */
function fillDocument(yjs: Yjs): YDoc {
  const doc = new yjs.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update) => updates.push(update));
  const root = doc.getMap('objects');
  for (let index = 0; index < OBJECTS; index++) {
    doc.transact(() => {
      const object = new yjs.Map();
      for (const [field, value] of Object.entries(fieldsOf(index))) object.set(field, value);
      root.set(`i${index}`, object);
    });
  }
  return doc;
}

/** All of it in one update: the way that is fastest for Yjs. */
function yjsFeed(yjs: Yjs, update: Uint8Array): Promise<number> {
  const doc = new yjs.Doc();
  return perSecond(OBJECTS, () => {
    yjs.applyUpdate(doc, update);
    if (doc.getMap('objects').size !== OBJECTS) throw new Error('Yjs has not applied everything');
  });
}

function contest(name: string, ours: Round, map: Round, yjs: Round | undefined): Contest {
  const peers: Peer[] = [{ name: 'plain last-writer-wins Map', round: map, limit: null }];
  if (yjs) peers.push({ name: 'Yjs, one document', round: yjs, limit: AHEAD });
  return { name: `replica objects, ${name}`, unit: 'objects/s', ours, peers, rounds: ROUNDS };
}

/** 20,000 objects of eight fields at replicas in memory: written at one, applied from the feed's pages at another. */
export const replicaObjects: Group = {
  name: 'replica objects',
  async run() {
    const yjs = await loadYjs();
    const writing = yjs && ((): Promise<number> => perSecond(OBJECTS, () => fillDocument(yjs)));
    const written = await measure(contest('written', ourWrites, mapWrites, writing));
    const pages = await recordFeed(OBJECTS);
    const update = yjs?.encodeStateAsUpdate(fillDocument(yjs));
    const applying = yjs && update && ((): Promise<number> => yjsFeed(yjs, update));
    const applied = await measure(
      contest(
        'applied',
        () => ourFeed(pages),
        () => mapFeed(pages),
        applying,
      ),
    );
    return [...written, ...applied];
  },
};
