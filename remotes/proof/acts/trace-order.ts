import type { AppProps, HostEvent, ObjectState } from '@testudo/fabric';

import { failedStep, isAtEnd } from '../order-way.ts';
import { shortId } from '../timeline-text.ts';
import { waitForEvent } from '../wait-for-event.ts';
import { createOrder } from './place-order.ts';

/** One step of an order's way, as the host that ran it told. */
export interface TracedStep {
  readonly port: string;
  /** the event that made it due */
  readonly event: string;
  readonly status: string;
  /** the host that ran its port */
  readonly node: string;
  /** how long its port took there, the last attempt */
  readonly durationMs: number;
}

/** The whole way of one order. */
export interface OrderTrace {
  readonly id: string;
  readonly steps: readonly TracedStep[];
}

/** Places an order and follows it to its end. @throws an error with the code `PORT_FAILED` when a step fails for good */
export async function traceOrder(app: AppProps, note: string): Promise<OrderTrace> {
  const heard: HostEvent[] = [];
  let id = '';
  const isOver = (event: HostEvent): boolean => {
    heard.push(event);
    const order = endOf(heard, id);
    return order !== undefined && (failedStep(order) !== undefined || traceOf(order, heard) !== null);
  };
  const ended = waitForEvent(app.events, isOver, 'the end of the order’s way');
  ({ id } = (await createOrder(app, note)).state);
  await ended;
  const order = endOf(heard, id) as ObjectState;
  const failed = failedStep(order);
  if (failed === undefined) return traceOf(order, heard) as OrderTrace;
  const message = `order ${shortId(id)} is canceled: ${failed.error ?? `${failed.port} failed`}`;
  throw Object.assign(new Error(message), { code: 'PORT_FAILED' });
}

function endOf(heard: readonly HostEvent[], id: string): ObjectState | undefined {
  for (const event of heard)
    if (event.type === 'object' && event.state.id === id && isAtEnd(event.state)) return event.state;
  return undefined;
}

/** The way of an order that is complete; `null` while not all of its hosts have told how long their steps took. */
export function traceOf({ id, flow }: ObjectState, heard: readonly HostEvent[]): OrderTrace | null {
  const steps: TracedStep[] = [];
  for (const { key, port, event, status, node } of flow?.done ?? []) {
    const told = heard.find((each) => each.type === 'port' && each.key === key && each.phase === 'done');
    if (told?.type !== 'port') return null;
    steps.push({ port, event, status, node, durationMs: told.durationMs });
  }
  return { id, steps };
}

/** Whether two orders went the same way, wherever: the same ports, for the same events, with the same outcome. */
export function isSameTrace(one: OrderTrace, other: OrderTrace): boolean {
  const way = ({ steps }: OrderTrace): string =>
    JSON.stringify(steps.map(({ port, event, status }) => [port, event, status]));
  return way(one) === way(other);
}
