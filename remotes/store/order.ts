import type { ObjectState, Plain, SyncState } from '@testudo/fabric';

import { toBasket } from './basket.ts';
import type { Basket } from './basket.ts';
import { orderWay } from './order-way.ts';
import type { Stage } from './order-way.ts';
import { count, text } from './product.ts';

/** An order as this shop shows it. */
export interface Order {
  readonly id: string;
  /** the last six characters of the id, which differ between orders made at the same time */
  readonly shortId: string;
  readonly lines: Basket;
  readonly note: string;
  readonly address: string;
  readonly status: string;
  /** lines and address are what they are: it is shipped, or canceled */
  readonly isFixed: boolean;
  readonly totalCents: number;
  /** what the carrier has told; '' while it has not */
  readonly news: string;
  /** its way through the partners, stage by stage */
  readonly way: readonly Stage[];
  /** 0 while nobody has asked for an estimate */
  readonly estimatedDays: number;
  readonly sync: SyncState;
  readonly createdMs: number;
  readonly state: ObjectState;
}

/** The order that an object of the model `order` stands for. `refusedIds`: objects with a refused change. */
export function toOrder(state: ObjectState, refusedIds: ReadonlySet<string>): Order {
  const { fields } = state;
  const status = text(fields, 'orderStatus') || 'PENDING';
  return {
    id: state.id,
    shortId: shortIdOf(state.id),
    lines: toBasket(fields['orderItems']),
    note: text(fields, 'note'),
    address: text(fields, 'shippingAddress'),
    status,
    isFixed: status !== 'PENDING' && status !== 'APPROVED',
    totalCents: count(fields, 'totalCents'),
    news: text(fields, 'news'),
    way: orderWay(state.flow),
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

function daysOf(estimate: Plain | undefined): number {
  const isRecord = typeof estimate === 'object' && estimate !== null && !Array.isArray(estimate);
  return isRecord ? count(estimate as { readonly [key: string]: Plain }, 'days') : 0;
}
