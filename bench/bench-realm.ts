import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { unwrap } from '@testudo/fabric/error';
import type { DecideRequest } from '@testudo/fabric/realm/realm-api';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';

import { digestOf } from '../server-bridge/node-platform.ts';
import { startNodeRealm } from '../server-bridge/node-realm.ts';

const global = 'testudo_bench_b1';
/** The smallest model there is, in a container written by hand: nothing but the call itself is measured. */
const script = `
var ${global} = {
  init: () => undefined,
  get: async () => () => ({
    item: { modelName: 'item', endpoint: 'items', factory: () => (input) => input, accessControlList: {} },
  }),
};`;
const bytes = new TextEncoder().encode(script);
const sidecar: Sidecar = {
  name: 'bench',
  kind: 'model',
  version: '1.0.0',
  build: 'b1',
  api: 1,
  mf: '2.9',
  entry: 'entry.js',
  global,
  exposes: ['./models'],
  files: [{ path: 'entry.js', integrity: digestOf(bytes), bytes: bytes.length }],
  capabilities: {},
};

/** What the model is asked. */
export const creation: DecideRequest = {
  at: 'origin',
  modelName: 'item',
  id: 'i1',
  kind: 'create',
  current: null,
  version: 0,
  command: null,
  input: { note: 'two shields' },
  patch: null,
};

/** A realm in a thread of its own, as the server starts it, that runs one trivial model. */
export async function startBenchRealm(): Promise<RealmHandle> {
  const realm = await startNodeRealm('bench', {
    bytes: async () => ({ ok: true, value: bytes.slice().buffer }),
    fetch: async () => ({ ok: false, error: { code: 'CAPABILITY_DENIED', message: 'nothing was granted' } }),
  });
  unwrap(await realm.api.load({ sidecar, endpoints: {} }));
  return realm;
}
