import { sqliteDatasource } from '../server-bridge/sqlite-datasource.ts';
import { allPeers } from './replica-peers/all-peers.ts';
import { OBJECTS } from './replica-peers/replica-peer.ts';
import { testudoReplica } from './replica-peers/testudo-replica.ts';

/* Prints what applied objects take in memory, as MB for 20,000: `node --expose-gc replica-heap.ts <peer> <directory>` */

const [, , name, directory] = process.argv;
const { gc } = globalThis as { readonly gc?: () => void };

/** Bytes in JavaScript's heap and outside of it, WebAssembly's memory included. */
function usedBytes(): number {
  gc?.();
  gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const ours = testudoReplica(() => sqliteDatasource({ path: `${directory}/heap.db` }));
const { floors, libraries } = await allPeers();
const peer = [ours, ...floors, ...libraries].find((each) => each.name === name);
if (peer === undefined) throw new Error(`no peer ${name}`);
const apply = await peer.record();
const before = usedBytes();
const kept = await apply();
const bytes = usedBytes() - before;
console.log(((bytes / 1e6) * OBJECTS) / (peer.objects ?? OBJECTS));
process.exit(kept === undefined ? 1 : 0);
