import { unwrap } from '@testudo/fabric/error';
import type { RealmApi } from '@testudo/fabric/realm/realm-api';
import { decide } from '@testudo/fabric/spec/decide';
import type { ModelSpec } from '@testudo/fabric/spec/model-spec';

import { creation, startBenchRealm } from './bench-realm.ts';
import { startEchoThread } from './echo-thread.ts';
import type { Echo } from './echo-thread.ts';
import { inFlight, measure, oneAtATime, perSecond } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

const LIMIT = 0.8;
const WIDTH = 100;
const SINGLE_CALLS = 800;
const MANY_CALLS = 4000;

type Call = (requests: readonly (typeof creation)[]) => Promise<unknown>;

const one = [creation];
const batch = Array.from({ length: WIDTH }, () => creation);

const single =
  (call: Call): Round =>
  () =>
    perSecond(SINGLE_CALLS, () => oneAtATime(SINGLE_CALLS, () => call(one)));
const crowd =
  (call: Call): Round =>
  () =>
    perSecond(MANY_CALLS, () => inFlight(MANY_CALLS, WIDTH, () => call(one)));
const batched =
  (call: Call): Round =>
  () =>
    perSecond(MANY_CALLS, () => oneAtATime(MANY_CALLS / WIDTH, () => call(batch)));

const item: ModelSpec = {
  modelName: 'item',
  endpoint: 'items',
  factory: () => (input) => input,
  accessControlList: {},
};

/** The decisions alone, in this thread: what a call adds to is told by the distance to this. */
const decideHere: Call = (requests) => {
  const context = { build: 'testudo_bench_b1', uuid: () => 'u1', now: () => 1_000 };
  return Promise.all(requests.map((request) => decide(item, request, context)));
};

function decideIn(api: RealmApi): Call {
  return async (requests) => {
    const results = await api.decide(requests);
    for (const result of results) unwrap(result);
  };
}

function contest(
  name: string,
  shape: (call: Call) => Round,
  calls: { readonly [name: string]: Echo },
): Promise<readonly Row[]> {
  const { ours, comlink, postMessage } = calls;
  if (!ours || !comlink || !postMessage) return Promise.resolve([]);
  return measure({
    name: `realm call, ${name}`,
    unit: 'decisions/s',
    ours: shape(ours as Call),
    peers: [
      { name: 'bare comlink echo', round: shape(comlink), limit: LIMIT },
      { name: 'bare postMessage echo', round: shape(postMessage), limit: null },
      { name: 'the same decisions in this thread', round: shape(decideHere), limit: null },
    ],
  });
}

async function run(): Promise<readonly Row[]> {
  const realm = await startBenchRealm();
  const echo = startEchoThread();
  const calls = { ours: decideIn(realm.api) as Echo, comlink: echo.comlink, postMessage: echo.postMessage };
  try {
    return [
      ...(await contest('single', single, calls)),
      ...(await contest('100 in flight', crowd, calls)),
      ...(await contest('batches of 100', batched, calls)),
    ];
  } finally {
    await realm.terminate();
    await echo.close();
  }
}

/** A decision of the smallest model in a realm's thread, against an echo of the same request from a thread. */
export const realmCall: Group = { name: 'realm call', run };
