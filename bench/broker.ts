import { EventEmitter } from 'node:events';

import { createBroker } from '@testudo/fabric/event/broker';

import { measure, perSecond } from './measure.ts';
import type { Group, Peer, Round, Row } from './measure.ts';
import { loadMitt } from './peers.ts';

const EVENTS = 200_000;

interface Event {
  readonly name: string;
  readonly value: number;
}

/** Something that hands events to those who have subscribed. */
interface Emitter {
  on(handler: (event: Event) => void): unknown;
  emit(event: Event): unknown;
}

/** So many events to so many subscribers, each of whom adds up what he gets. */
function roundOf({ on, emit }: Emitter, subscribers: number): Round {
  let sum = 0;
  for (let count = 0; count < subscribers; count += 1) on(({ value }) => (sum += value));
  const event = { name: 'orderPicked', value: 1 };
  const events = EVENTS / subscribers;
  return async () => {
    const before = sum;
    const rate = await perSecond(events, () => {
      for (let count = 0; count < events; count += 1) emit(event);
    });
    if (sum - before !== events * subscribers) throw new Error('a subscriber has missed an event');
    return rate;
  };
}

function ours(): Emitter {
  const broker = createBroker<Event>({ onError: (error) => console.error(error) });
  return { on: (handler) => broker.on('orderPicked', handler), emit: (event) => broker.emit(event) };
}

function nodes(): Emitter {
  const emitter = new EventEmitter().setMaxListeners(1000);
  return { on: (handler) => emitter.on('orderPicked', handler), emit: (event) => emitter.emit('orderPicked', event) };
}

async function peersOf(subscribers: number): Promise<readonly Peer[]> {
  const node: Peer = { name: 'EventEmitter', round: roundOf(nodes(), subscribers), limit: null };
  const mitt = (await loadMitt())?.();
  if (mitt === undefined) return [node];
  const theirs: Emitter = {
    on: (handler) => mitt.on('orderPicked', handler),
    emit: (event) => mitt.emit('orderPicked', event),
  };
  return [node, { name: 'mitt', round: roundOf(theirs, subscribers), limit: null }];
}

async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const subscribers of [1, 10, 100]) {
    const name = `broker, ${subscribers} subscriber${subscribers === 1 ? '' : 's'}`;
    const peers = await peersOf(subscribers);
    rows.push(...(await measure({ name, unit: 'events/s', ours: roundOf(ours(), subscribers), peers })));
  }
  return rows;
}

/** Events handed to subscribers, each on its own guarded against the failures of the others; the peers guard nobody. */
export const broker: Group = {
  name: 'broker',
  run,
  remark:
    'Broker: ours catches what a subscriber throws and goes on with the next one; with EventEmitter and mitt the first failure keeps the event from all later subscribers.',
};
