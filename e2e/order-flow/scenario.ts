import { expect } from '@playwright/test';

import { until } from '../launch.ts';
import type { Running } from '../launch.ts';
import { callsOf, deedsOf, isOver, setMishaps, wayBack, wholeWay } from '../orders.ts';
import type { Call, StoredOrder } from '../orders.ts';
import { traceOf, wholeTrace } from './trace.ts';

/** How a browser's page ends: by its process's crash, or because a user closes it. A server knows `kill -9` alone. */
export type Death = 'crash' | 'close';

/** Where an order goes its way: the same story is told in each. */
export interface OrderWorld {
  readonly demo: Running;
  /** a client that is signed in at the demo's server */
  readonly call: Call;
  /** which host runs each of the ports, in order */
  readonly nodes: readonly RegExp[];
  /** Places an order and confirms it. @returns its id */
  place(note: string): Promise<string>;
  /** Ends without a word the host that runs a port, and brings it back. */
  kill(port: string, death: Death): Promise<void>;
  /** Resolves with the order as its owner has it, once it is as wanted. */
  until(id: string, isAsWanted: (order: StoredOrder) => boolean): Promise<StoredOrder>;
}

/** The ports of an order's way, in order. */
export const ports = ['pickOrder', 'shipOrder', 'trackShipment', 'verifyDelivery', 'completePayment'] as const;

/** Attempts of a port that fails for good. */
const attempts = 4;
const refused = Array.from({ length: attempts }, () => 'refused');
const lastOneLost = [...refused.slice(1), 'lost'];

/** Whether an order has come to its good end. */
export function isComplete({ fields }: StoredOrder): boolean {
  return fields.orderStatus === 'COMPLETE';
}

/** An order goes its whole way: each step once, one after the other, each at the host that it belongs to. */
export async function goesItsWay({ demo, nodes, place, until: untilOrder }: OrderWorld, note: string): Promise<void> {
  const id = await place(note);
  const order = await untilOrder(id, isComplete);
  expect(traceOf(order)).toEqual(wholeTrace);
  expect(deedsOf(demo, id)).toEqual(wholeWay);
  // A call that a busy machine is slow to answer is made again, under its key.
  expect(new Set(callsOf(demo, id).map(({ key }) => key)).size).toBe(ports.length);
  const { done = [], due } = order.flow ?? {};
  expect(due).toEqual([]);
  expect(done).toMatchObject(nodes.map((node) => ({ node: expect.stringMatching(node) })));
  expect(new Set(done.map(({ key }) => key)).size).toBe(ports.length);
}

/** A partner refuses every call of one step: exactly the steps before it are taken back, newest first, each once. */
export async function failsAt(world: OrderWorld, place: number, note: string): Promise<void> {
  const { order, id, effects } = await failed(world, { place, note, mishaps: refused });
  expect(deedsOf(world.demo, id)).toEqual([...wholeWay.slice(0, place), ...wayBack.slice(ports.length - place)]);
  expect(effects).toEqual(refused);
  const before = ports.slice(0, place);
  expect(stepsOf(order)).toEqual([
    ...before.map((port) => `${port} done`),
    `${ports[place]} failed`,
    ...[...before].reverse().map((port) => `${port} undone`),
  ]);
  expect(order.flow?.done[place]).toMatchObject({ attempts, error: expect.stringContaining('503') });
}

/** What the partner did for its last call is not heard of: nobody knows, so it is taken back with what was done before. */
export async function failsInDoubt(world: OrderWorld, place: number, note: string): Promise<void> {
  const { order, id, effects } = await failed(world, { place, note, mishaps: lastOneLost });
  const before = ports.slice(0, place + 1);
  expect(deedsOf(world.demo, id)).toEqual([
    ...wholeWay.slice(0, before.length),
    ...wayBack.slice(ports.length - before.length),
  ]);
  expect(effects).toEqual([...refused.slice(1), 'first']);
  expect(stepsOf(order).slice(place)).toEqual([
    `${ports[place]} failed`,
    ...[...before].reverse().map((port) => `${port} undone`),
  ]);
  expect(order.flow?.done[place]).toMatchObject({ attempts, isUncertain: true });
}

/** What takes a step back fails as well: after its retries the order says so, and the rest is taken back all the same. */
export async function failsToUndo(world: OrderWorld, note: string): Promise<void> {
  const { demo, call } = world;
  await setMishaps(call, 'carrier/proofs', refused);
  await setMishaps(call, 'carrier/shipments/cancel', refused);
  const id = await world.place(note);
  const order = await world.until(id, isOver);
  expect(deedsOf(demo, id)).toEqual([...wholeWay.slice(0, 3), 'carrier/tracks/stop', 'warehouse/returns']);
  const stuck = order.flow?.done.find(({ status }) => status === 'undo-failed');
  expect(stuck).toMatchObject({ port: 'shipOrder', attempts, error: expect.stringMatching(/^UNDO_FAILED: .*503/) });
  expect(order.fields).toMatchObject({ ...nothingDone, shipmentId: expect.any(String), shippedAt: expect.any(Number) });
}

/**
 * Who runs a step dies, and comes back: after the step was recorded, or in the middle of it, when the partner has done
 * what it was asked and nobody has heard of it. The order goes on, and each effect happens once.
 */
export async function survives(world: OrderWorld, place: number, when: 'after' | 'within'): Promise<void> {
  const { demo, call } = world;
  const [port, where] = [ports[place] ?? '', wholeWay[place] ?? ''];
  if (when === 'within') await setMishaps(call, where, ['lost']);
  const id = await world.place(`its owner dies ${when} ${port}`);
  if (when === 'within')
    await until(`the call of ${where}`, async () => deedsOf(demo, id).includes(where) || undefined);
  else await world.until(id, ({ flow }) => (flow?.done.length ?? 0) > place);
  await world.kill(port, when === 'within' ? 'crash' : 'close');
  const order = await world.until(id, isComplete);
  expect(traceOf(order)).toEqual(wholeTrace);
  expect(deedsOf(demo, id)).toEqual(wholeWay);
  const calls = callsOf(demo, id).filter(({ partner, act }) => partner + act === where);
  expect(new Set(calls.map(({ key }) => key)).size, 'one key over both lives').toBe(1);
  if (when === 'within') expect(calls.map(({ effect }) => effect).slice(0, 2)).toEqual(['first', 'repeated']);
}

interface Failing {
  readonly place: number;
  readonly note: string;
  readonly mishaps: readonly string[];
}

/** An order whose way has failed at a step, and which says so; whoever that step belongs to takes everything back. */
async function failed(
  { demo, call, nodes, place: placeOrder, until: untilOrder }: OrderWorld,
  { place, note, mishaps }: Failing,
): Promise<{ readonly id: string; readonly order: StoredOrder; readonly effects: readonly string[] }> {
  const where = wholeWay[place] ?? '';
  await setMishaps(call, where, mishaps);
  const id = await placeOrder(note);
  const order = await untilOrder(id, isOver);
  const calls = callsOf(demo, id).filter(({ partner, act }) => partner + act === where);
  expect(new Set(calls.map(({ key }) => key)).size, 'one key over all attempts').toBe(1);
  expect(order.fields).toMatchObject({ orderStatus: 'CANCELED', ...nothingDone });
  for (const { node } of order.flow?.done.slice(place) ?? []) expect(node).toMatch(nodes[place] ?? '');
  return { id, order, effects: calls.map(({ effect }) => effect) };
}

function stepsOf({ flow }: StoredOrder): readonly string[] {
  return (flow?.done ?? []).map(({ port, status }) => `${port} ${status}`);
}

const nothingDone = {
  pickId: null,
  shelf: null,
  shipmentId: null,
  trackId: null,
  proofId: null,
  paymentId: null,
} as const;
