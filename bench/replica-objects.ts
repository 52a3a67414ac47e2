import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { inDirectory } from './bare-sqlite.ts';
import { measure, perSecond } from './measure.ts';
import type { Group, Peer, Round, Row } from './measure.ts';
import { allPeers } from './replica-peers/all-peers.ts';
import { OBJECTS } from './replica-peers/replica-peer.ts';
import type { ReplicaPeer } from './replica-peers/replica-peer.ts';
import { testudoReplica } from './replica-peers/testudo-replica.ts';

const ROUNDS = 7;
const AHEAD = 1;
const WITHIN_FLOOR = 0.5;

const limits: { readonly [name: string]: number | null } = {
  'floor: last writer wins by field': WITHIN_FLOOR,
  'the same, one time for each write': null,
  'raw: a Map, nothing encoded': null,
};

const limitOf = ({ name }: ReplicaPeer): number | null => (name in limits ? (limits[name] ?? null) : AHEAD);

type Work = (peer: ReplicaPeer) => Promise<() => unknown> | (() => unknown);

async function roundOf(peer: ReplicaPeer, work: Work): Promise<Round> {
  const run = await work(peer);
  return () => perSecond(peer.objects ?? OBJECTS, run);
}

async function contest(name: string, all: readonly ReplicaPeer[], work: Work): Promise<readonly Row[]> {
  const peers: Peer[] = [];
  for (const peer of all) {
    const rounds = peer.rounds === undefined ? {} : { rounds: peer.rounds };
    peers.push({ name: peer.name, round: await roundOf(peer, work), limit: limitOf(peer), ...rounds });
  }
  const ours = await roundOf(testudoReplica(), work);
  return measure({ name: `replica objects, ${name}`, unit: 'objects/s', ours, peers, rounds: ROUNDS });
}

/** MB that the applied objects take, in a process of its own. */
function heapOf(name: string, directory: string): number {
  const args = ['--expose-gc', join(import.meta.dirname, 'replica-heap.ts'), name, directory];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function heapRows(all: readonly ReplicaPeer[]): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const row = { name: 'replica objects, memory of the applied', unit: 'MB', limit: null, ok: true, spread: 0 };
    const value = heapOf('Testudo', directory);
    return all.map((peer) => ({ ...row, value, peer: peer.name, ratio: value / heapOf(peer.name, directory) }));
  });
}

/** 20,000 objects of eight fields at replicas in memory: written at one, applied from the wire at another. */
export const replicaObjects: Group = {
  name: 'replica objects',
  remark: `Replica objects: each peer on the path that is fastest for it. Yjs, TinyBase and Automerge read everything back in one update, message or document, where ours takes pages of 500 and commits each; Automerge writes all in one change, its strings as values that do not merge by the letter. Ours records op and state before a write resolves. The floor gives each field the time of a hybrid clock and encodes each write; it checks, keeps and tells nothing. Slow peers take one round after the one that warms up. Memory is heap and what lies outside of it (WebAssembly), after collection, in a process for each; there our records are in SQLite, those of the others nowhere.`,
  async run() {
    const { floors, libraries } = await allPeers();
    const all = [...floors, ...libraries];
    const written = await contest('written', all, (peer) => () => peer.write());
    const applied = await contest('applied', all, (peer) => peer.record());
    return [...written, ...applied, ...(await heapRows(all))];
  },
};
