import { expect } from '@playwright/test';

import { until } from '../launch.ts';
import type { Running } from '../launch.ts';
import { callsOf, deedsOf, isOver, setMishaps, wayBack, wholeWay } from '../orders.ts';
import type { Call, StoredOrder } from '../orders.ts';

/** Where an order goes its way: the same story is told in each. */
export interface OrderWorld {
  readonly demo: Running;
  /** a client that is signed in at the demo's server */
  readonly call: Call;
  /** which host runs the ports */
  readonly owner: RegExp;
  /** Places an order and confirms it. @returns its id */
  place(note: string): Promise<string>;
  /** Ends the owner without a word, and brings it back. */
  crash(): Promise<void>;
  /** Resolves with the order as its owner has it, once it is as wanted. */
  until(id: string, isAsWanted: (order: StoredOrder) => boolean): Promise<StoredOrder>;
}

/** The ports of an order's way, in order. */
export const ports = ['pickOrder', 'shipOrder', 'trackShipment', 'verifyDelivery', 'completePayment'] as const;

/** Attempts of a port that fails for good. */
const attempts = 4;
const refused = Array.from({ length: attempts }, () => 'refused');

/** What is the same wherever an order went its way: the names of things and times of day are not. */
export interface Trace {
  readonly steps: readonly { readonly port: string; readonly event: string; readonly status: string }[];
  readonly fields: { readonly [field: string]: string };
}

/** An order goes its whole way: each step once, one after the other, by its owner alone. */
export async function goesItsWay(world: OrderWorld, note: string): Promise<Trace> {
  const { demo, owner } = world;
  const id = await world.place(note);
  const order = await world.until(id, ({ fields }) => fields.orderStatus === 'COMPLETE');
  expect(deedsOf(demo, id)).toEqual(wholeWay);
  expect(callsOf(demo, id)).toHaveLength(ports.length);
  const { done = [], due } = order.flow ?? {};
  expect(due).toEqual([]);
  for (const step of done) expect(step).toMatchObject({ node: expect.stringMatching(owner), attempts: 1 });
  expect(new Set(done.map(({ key }) => key)).size).toBe(ports.length);
  // a carrier tells its news by itself, at its own time, and to a server only
  const { news: _news, ...fields } = order.fields;
  const kinds = Object.entries(fields).map(([field, value]) => [field, value === null ? 'null' : typeof value]);
  return {
    steps: done.map(({ port, event, status }) => ({ port, event, status })),
    fields: { ...Object.fromEntries(kinds), orderStatus: order.fields.orderStatus },
  };
}

/** A partner refuses every call of one step: exactly the steps before it are taken back, newest first, each once. */
export async function failsAt(world: OrderWorld, place: number, note: string): Promise<void> {
  const { demo, call } = world;
  const where = wholeWay[place] ?? '';
  await setMishaps(call, where, refused);
  const id = await world.place(note);
  const order = await world.until(id, isOver);
  expect(deedsOf(demo, id)).toEqual([...wholeWay.slice(0, place), ...wayBack.slice(ports.length - place)]);
  const atStep = callsOf(demo, id).filter(({ partner, act }) => partner + act === where);
  expect(atStep.map(({ effect }) => effect)).toEqual(refused);
  expect(new Set(atStep.map(({ key }) => key)).size, 'one key over all attempts').toBe(1);
  const steps = order.flow?.done.map(({ port, status }) => `${port} ${status}`);
  const before = ports.slice(0, place);
  expect(steps).toEqual([
    ...before.map((port) => `${port} done`),
    `${ports[place]} failed`,
    ...[...before].reverse().map((port) => `${port} undone`),
  ]);
  expect(order.flow?.done[place]).toMatchObject({ attempts, error: expect.stringContaining('503') });
  expect(order.fields).toMatchObject({ orderStatus: 'CANCELED', ...nothingDone });
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
 * The owner dies, and comes back: after a step was recorded, or in the middle of it, when the partner has done what it was
 * asked and nobody has heard of it. The order goes on, and each effect happens once.
 */
export async function survives(
  world: OrderWorld,
  place: number,
  when: 'after' | 'within',
  note: string,
): Promise<void> {
  const { demo, call } = world;
  const where = wholeWay[place] ?? '';
  if (when === 'within') await setMishaps(call, where, ['lost']);
  const id = await world.place(note);
  if (when === 'within')
    await until(`the call of ${where}`, async () => deedsOf(demo, id).includes(where) || undefined);
  else await world.until(id, ({ flow }) => (flow?.done.length ?? 0) > place);
  await world.crash();
  const order = await world.until(id, ({ fields }) => fields.orderStatus === 'COMPLETE');
  expect(deedsOf(demo, id)).toEqual(wholeWay);
  expect(order.flow?.done.map(({ port, status }) => `${port} ${status}`)).toEqual(ports.map((port) => `${port} done`));
  const calls = callsOf(demo, id).filter(({ partner, act }) => partner + act === where);
  expect(new Set(calls.map(({ key }) => key)).size, 'one key over both lives').toBe(1);
  if (when === 'within') expect(calls.map(({ effect }) => effect)).toEqual(['first', 'repeated']);
}

const nothingDone = {
  pickId: null,
  shelf: null,
  shipmentId: null,
  trackId: null,
  proofId: null,
  paymentId: null,
} as const;
