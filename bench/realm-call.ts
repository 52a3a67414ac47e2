import { unwrap } from '@testudo/fabric/error';
import type { RealmApi } from '@testudo/fabric/realm/realm-api';

import { creation, startBenchRealm } from './bench-realm.ts';
import { startEchoThread } from './echo-thread.ts';
import type { EchoThread } from './echo-thread.ts';
import { inFlight, measure, oneAtATime, perSecond } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

const LIMIT = 0.8;
const WIDTH = 100;
const SINGLE_CALLS = 800;
const MANY_CALLS = 4000;

type Call = (requests: readonly (typeof creation)[]) => Promise<unknown>;

const one = [creation];
/** Each an object of its own: a structured clone sends one that it meets again as a mere reference. */
const batch = Array.from({ length: WIDTH }, (_, index) => ({
  ...creation,
  id: `i${index}`,
  input: { note: `note ${index}` },
}));

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

function decideIn(api: RealmApi): Call {
  return async (requests) => {
    const results = await api.decide(requests);
    for (const result of results) unwrap(result);
  };
}

type Contest = (name: string, shape: (call: Call) => Round) => Promise<readonly Row[]>;

function contestOf(api: RealmApi, { comlink, comlinkDecide, postMessage }: EchoThread): Contest {
  return (name, shape) =>
    measure({
      name: `realm call, ${name}`,
      unit: 'decisions/s',
      ours: shape(decideIn(api)),
      peers: [
        { name: 'bare comlink echo', round: shape(comlink), limit: LIMIT },
        { name: 'bare comlink, the same decisions', round: shape(comlinkDecide), limit: null },
        { name: 'bare postMessage echo', round: shape(postMessage), limit: null },
      ],
    });
}

async function run(): Promise<readonly Row[]> {
  const realm = await startBenchRealm();
  const echo = startEchoThread();
  const contest = contestOf(realm.api, echo);
  try {
    return [
      ...(await contest('single', single)),
      ...(await contest('100 in flight', crowd)),
      ...(await contest('batches of 100', batched)),
    ];
  } finally {
    await realm.terminate();
    await echo.close();
  }
}

/** A decision of the smallest model in a realm's thread, against an echo of the same request from a thread of its own. */
export const realmCall: Group = { name: 'realm call', run };
