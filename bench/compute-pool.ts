import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';
import { unwrap } from '@testudo/fabric/error';
import { createComputePool } from '@testudo/fabric/host/compute-pool';
import type { ComputePool } from '@testudo/fabric/host/compute-pool';
import { defaultLimits } from '@testudo/fabric/host/realm-limits';
import { startRealmRun } from '@testudo/fabric/host/realm-run';

import { digestOf, nodePlatform } from '../server-bridge/node-platform.ts';
import { startNodeRealm } from '../server-bridge/node-realm.ts';
import { measure, perSecond } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

const CALLS = 8;
const LIMIT = 1.4;
const global = 'testudo_sums_b1';
/** An adapter that keeps its processor busy for about a tenth of a second, in a container written by hand. */
const script = `
var ${global} = {
  init: () => undefined,
  get: async () => () => ({
    add: () => () => {
      let sum = 0;
      for (let step = 0; step < 10_000_000; step += 1) sum = (sum + step * 7) % 1_000_003;
      return { sum };
    },
  }),
};`;
const bytes = new TextEncoder().encode(script);
const integrity = digestOf(bytes);
const sums: AdmittedBuild = {
  remote: { name: 'sums', kind: 'adapter', build: 'b1', url: 'http://sums.test/remote.json', integrity },
  sidecar: {
    ...{ name: 'sums', kind: 'adapter', version: '1.0.0', build: 'b1', api: 1, mf: '2.9', entry: 'entry.js', global },
    exposes: ['./adapters'],
    files: [{ path: 'entry.js', integrity, bytes: bytes.length }],
    capabilities: {},
  },
};

/** A pool as a server has one, of so many threads, which have loaded what they need. */
async function startPool(size: number): Promise<ComputePool> {
  const platform = nodePlatform((error) => console.error(error));
  const pool = createComputePool({
    ...{ min: size, max: size, limits: defaultLimits, platform },
    start: (name) =>
      startRealmRun({
        ...{ name, runtime: 'node', limits: defaultLimits, platform, startRealm: startNodeRealm },
        configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
        events: { emit: () => undefined, on: () => ({ dispose: () => undefined }) },
        fetch: () => Promise.reject(new Error('nothing is granted')),
        bytes: async () => bytes.slice().buffer,
        ask: () => Promise.reject(new Error('nothing is asked')),
        onCall: () => undefined,
      }),
  });
  pool.warm('main');
  await addUp(pool, size);
  return pool;
}

async function addUp(pool: ComputePool, calls: number): Promise<void> {
  const object = { modelName: 'offer', id: 'o1', version: 1, fields: {}, port: 'add', args: [], idempotencyKey: 'k' };
  const request = { ...object, adapter: 'sums#add', service: null, timeoutMs: 60_000 };
  const job = { what: 'offer.add', group: 'main', builds: [sums], timeoutMs: 60_000 };
  const all = Array.from({ length: calls }, () => pool.call({ ...job, call: (realm) => realm.callAdapter(request) }));
  for (const result of await Promise.all(all)) unwrap(result);
}

async function run(): Promise<readonly Row[]> {
  const pools = [await startPool(2), await startPool(1)] as const;
  const [two, one] = pools.map(
    (pool): Round =>
      () =>
        perSecond(CALLS, () => addUp(pool, CALLS)),
  ) as [Round, Round];
  try {
    return await measure({
      name: 'compute pool: calls that fill a processor, two realms',
      unit: 'calls/s',
      ours: two,
      peers: [{ name: 'a pool of one', round: one, limit: LIMIT }],
      rounds: 7,
    });
  } finally {
    for (const pool of pools) await pool.close();
  }
}

/** A batch in a pool of two realms and in one of one. */
export const computePool: Group = {
  name: 'compute pool',
  run,
  remark:
    'compute pool: two realms need two processors that are free; on a busy machine the ratio tells of the machine.',
};
