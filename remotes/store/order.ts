import type { ObjectState, Plain, SyncState } from '@testudo/fabric';

import { toBasket } from './basket.ts';
import type { Basket } from './basket.ts';
import { count, text } from './product.ts';

/** How far an order's way through the warehouse has come. */
export type Picking = 'none' | 'waiting' | 'done' | 'failed' | 'undone';

/** An order as this shop shows it. */
export interface Order {
  readonly id: string;
  /** the last six characters of the id, which differ between orders made at the same time */
  readonly shortId: string;
  readonly lines: Basket;
  readonly note: string;
  readonly address: string;
  readonly status: string;
  readonly totalCents: number;
  readonly shelf: string;
  readonly picking: Picking;
  /** 0 while nobody has asked for an estimate */
  readonly estimatedDays: number;
  readonly sync: SyncState;
  readonly createdMs: number;
  readonly state: ObjectState;
}

/** The order that an object of the model `order` stands for. `refusedIds`: objects with a refused change. */
export function toOrder(state: ObjectState, refusedIds: ReadonlySet<string>): Order {
  const { fields } = state;
  return {
    id: state.id,
    shortId: shortIdOf(state.id),
    lines: toBasket(fields['orderItems']),
    note: text(fields, 'note'),
    address: text(fields, 'shippingAddress'),
    status: text(fields, 'orderStatus') || 'PENDING',
    totalCents: count(fields, 'totalCents'),
    shelf: text(fields, 'shelf'),
    picking: pickingOf(state),
    estimatedDays: daysOf(fields['estimate']),
    sync: syncOf(state, refusedIds),
    createdMs: state.createdMs,
    state,
  };
}

/** The end of an order's id, which tells it from others made at the same time. */
export function shortIdOf(id: string): string {
  return id.slice(-6);
}

/** Orders, newest first. */
export function newestFirst(orders: readonly Order[]): readonly Order[] {
  return [...orders].sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1));
}

function syncOf(state: ObjectState, refusedIds: ReadonlySet<string>): SyncState {
  if (refusedIds.has(state.id)) return 'refused';
  return state.seq > 0 ? 'synced' : 'saved';
}

const pickings = {
  done: 'done',
  failed: 'failed',
  'undo-failed': 'failed',
  undone: 'undone',
  canceled: 'none',
} as const;

function pickingOf({ flow }: ObjectState): Picking {
  const done = flow?.done.filter(({ port }) => port === 'pickOrder').pop();
  if (done !== undefined) return pickings[done.status];
  return flow?.due.some(({ port }) => port === 'pickOrder') ? 'waiting' : 'none';
}

function daysOf(estimate: Plain | undefined): number {
  const isRecord = typeof estimate === 'object' && estimate !== null && !Array.isArray(estimate);
  return isRecord ? count(estimate as { readonly [key: string]: Plain }, 'days') : 0;
}
