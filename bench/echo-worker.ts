import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import type { DecideRequest, Decision } from '@testudo/fabric/realm/realm-api';
import { decide } from '@testudo/fabric/spec/decide';
import type { ModelSpec } from '@testudo/fabric/spec/model-spec';
import { expose } from 'comlink';
import type { Endpoint } from 'comlink';

/*
 * The floor of a realm call: gives back what it gets, over comlink at one port and bare at the other. `decide` makes
 * the same decisions as the realm, but without lockdown, builds and accounts.
 */
const { comlinkPort, barePort } = workerData as { comlinkPort: MessagePort; barePort: MessagePort };

const item: ModelSpec = {
  modelName: 'item',
  endpoint: 'items',
  factory: () => (input) => input,
  accessControlList: {},
};
const context = { build: 'testudo_bench_b1', uuid: () => 'u1', now: () => 1_000 };

function decideAll(requests: readonly DecideRequest[]): Promise<readonly Decision[]> {
  return Promise.all(requests.map(async (request) => decide(item, request, context)));
}

expose({ echo: (requests: unknown) => requests, decide: decideAll }, comlinkPort as unknown as Endpoint);
comlinkPort.start();
barePort.on('message', (message: unknown) => barePort.postMessage(message));
