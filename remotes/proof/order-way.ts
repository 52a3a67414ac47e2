import type { DoneStep, ObjectState } from '@testudo/fabric';

/** One step of an order's way: who does it, by which calls, and how it is spoken of. */
export interface WayStep {
  readonly port: string;
  readonly partner: 'warehouse' | 'carrier' | 'bank';
  /** the path of the partner's call, and of the one that takes it back */
  readonly act: string;
  readonly undo: string;
  readonly verb: string;
  readonly done: string;
}

/** The five steps, in order. */
export const way: readonly WayStep[] = [
  { port: 'pickOrder', partner: 'warehouse', act: '/picks', undo: '/returns', verb: 'pick', done: 'picked' },
  {
    port: 'shipOrder',
    partner: 'carrier',
    act: '/shipments',
    undo: '/shipments/cancel',
    verb: 'ship',
    done: 'shipped',
  },
  { port: 'trackShipment', partner: 'carrier', act: '/tracks', undo: '/tracks/stop', verb: 'track', done: 'tracked' },
  {
    port: 'verifyDelivery',
    partner: 'carrier',
    act: '/proofs',
    undo: '/proofs/void',
    verb: 'verify',
    done: 'verified',
  },
  { port: 'completePayment', partner: 'bank', act: '/payments', undo: '/refunds', verb: 'pay', done: 'paid' },
];

/** How a step of an order stands. */
export type StepStanding = 'todo' | 'waiting' | 'undoing' | DoneStep['status'];

/** How a port's step stands in an order, as one host has it. */
export function standingOf({ flow }: ObjectState, { port }: WayStep): StepStanding {
  const isOf = (step: { readonly port: string }): boolean => step.port === port;
  if (flow?.compensation?.left.some(isOf)) return 'undoing';
  if (flow?.due.some(isOf)) return 'waiting';
  return flow?.done.filter(isOf).pop()?.status ?? 'todo';
}

/** The step that failed for good, if one has. */
export function failedStep({ flow }: ObjectState): DoneStep | undefined {
  return flow?.done.find(({ status }) => status === 'failed');
}

/** Whether an order's way has come to its end: all of it done, or what was done taken back. */
export function isAtEnd(order: ObjectState): boolean {
  if (order.fields['orderStatus'] === 'COMPLETE') return true;
  const { due = [], compensation } = order.flow ?? {};
  return failedStep(order) !== undefined && due.length === 0 && (compensation?.left ?? []).length === 0;
}
