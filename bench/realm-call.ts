import { unwrap } from '@testudo/fabric/error';

import { creation, startBenchRealm } from './bench-realm.ts';
import { startEchoThread } from './echo-thread.ts';
import type { EchoThread } from './echo-thread.ts';
import { inFlight, measure, oneAtATime, perSecond } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

const LIMIT = 0.8;
const WIDTH = 100;
const ROUNDS = 7;

type Call = (requests: readonly (typeof creation)[]) => Promise<unknown>;
/** Starts a thread that takes calls. */
type Start = () => Promise<{ readonly call: Call; close(): Promise<void> }>;

const one = [creation];
/** Each an object of its own: a structured clone sends one that it meets again as a mere reference. */
const batch = Array.from({ length: WIDTH }, (_, index) => ({
  ...creation,
  id: `i${index}`,
  input: { note: `note ${index}` },
}));

/** A way to make so many calls, and how many a round makes. */
interface Shape {
  readonly name: string;
  readonly calls: number;
  make(calls: number, call: Call): Promise<void>;
}

const shapes: readonly Shape[] = [
  { name: 'single', calls: 800, make: (calls, call) => oneAtATime(calls, () => call(one)) },
  { name: '100 in flight', calls: 4000, make: (calls, call) => inFlight(calls, WIDTH, () => call(one)) },
  { name: 'batches of 100', calls: 4000, make: (calls, call) => oneAtATime(calls / WIDTH, () => call(batch)) },
];

/** A fresh thread for each round: how soon a thread wakes depends on where it runs, for as long as it lives. */
function roundOf({ calls, make }: Shape, start: Start): Round {
  return async () => {
    const { call, close } = await start();
    try {
      await make(calls, call);
      return await perSecond(calls, () => make(calls, call));
    } finally {
      await close();
    }
  };
}

const startOurs: Start = async () => {
  const realm = await startBenchRealm();
  const call: Call = async (requests) => {
    for (const result of await realm.api.decide(requests)) unwrap(result);
  };
  return { call, close: () => realm.terminate() };
};

const startEcho =
  (pick: (thread: EchoThread) => Call): Start =>
  async () => {
    const thread = startEchoThread();
    return { call: pick(thread), close: () => thread.close() };
  };

function contest(shape: Shape): Promise<readonly Row[]> {
  const against = (pick: (thread: EchoThread) => Call): Round => roundOf(shape, startEcho(pick));
  return measure({
    name: `realm call, ${shape.name}`,
    unit: 'decisions/s',
    rounds: ROUNDS,
    ours: roundOf(shape, startOurs),
    peers: [
      { name: 'bare comlink, the same decisions', round: against((thread) => thread.comlinkDecide), limit: LIMIT },
      { name: 'bare comlink, echo', round: against((thread) => thread.comlink), limit: null },
      { name: 'bare postMessage, echo', round: against((thread) => thread.postMessage), limit: null },
    ],
  });
}

async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const shape of shapes) rows.push(...(await contest(shape)));
  return rows;
}

/** A decision of the smallest model in a realm's thread, against threads that decide without a realm, or only echo. */
export const realmCall: Group = {
  name: 'realm call',
  run,
  remark:
    'Realm calls: the peer that the budget is about does the same work, the decision of the model, behind bare comlink. The echoes do nothing and are the floor of the transport.',
};
