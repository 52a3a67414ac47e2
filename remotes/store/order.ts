import type { ObjectState, ObjectSync, Plain, SyncState } from '@testudo/fabric';

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

/** The order that an object of the model `order` stands for. @param sync how it stands with its authority, where that is known */
export function toOrder(state: ObjectState, sync?: ObjectSync): Order {
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
    sync: syncOf(state, sync),
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

/** A state that nobody has put in order yet is ahead of what was told of it. */
function syncOf({ seq }: ObjectState, sync: ObjectSync = { state: 'synced' }): SyncState {
  return sync.state === 'synced' && seq === 0 ? 'saved' : sync.state;
}

function daysOf(estimate: Plain | undefined): number {
  const isRecord = typeof estimate === 'object' && estimate !== null && !Array.isArray(estimate);
  return isRecord ? count(estimate as { readonly [key: string]: Plain }, 'days') : 0;
}
