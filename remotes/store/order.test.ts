import type { FlowState, ObjectState } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { orderHistory } from './order-history.ts';
import { orderSteps } from './order-steps.ts';
import { newestFirst, toOrder } from './order.ts';

const due = { port: 'pickOrder', event: 'itemsAvailable', key: 'k1' };
const picked: FlowState = {
  owner: 'tab',
  epoch: 1,
  due: [],
  done: [{ ...due, status: 'done', atMs: 20, build: 'testudo_fulfilment_ab12', node: 'tab', attempts: 2 }],
};

function orderState(changes: Partial<ObjectState> = {}): ObjectState {
  return {
    id: '0193b2c4-0000-7000-8000-00000000beef',
    modelName: 'order',
    version: 1,
    seq: 0,
    schemaVersion: 1,
    owner: 'ada',
    createdMs: 10,
    updatedMs: 10,
    fields: { orderItems: [{ sku: 'a', name: 'A', qty: 2, priceCents: 5 }], totalCents: 10, shelf: 'C4' },
    flow: { owner: 'tab', epoch: 1, due: [due], done: [] },
    deleted: false,
    ...changes,
  };
}

const statuses = (state: ObjectState, refused: readonly string[] = []) =>
  orderSteps(toOrder(state, new Set(refused))).map(({ status }) => status);

test('an order that the authority has not seen is saved, and waits', () => {
  expect(toOrder(orderState(), new Set()).sync).toBe('saved');
  expect(statuses(orderState())).toEqual(['done', 'waiting', 'waiting']);
});

test('an accepted and picked order has all its steps done', () => {
  expect(statuses(orderState({ seq: 3, flow: picked }))).toEqual(['done', 'done', 'done']);
});

test('a refused change shows as refused, whatever was accepted before', () => {
  const state = orderState({ seq: 3 });
  expect(toOrder(state, new Set([state.id])).sync).toBe('refused');
  expect(statuses(state, [state.id])[1]).toBe('failed');
});

test('an order without its own fields is shown as empty, not as an error', () => {
  const order = toOrder(orderState({ fields: {}, flow: null }), new Set());
  expect(order).toMatchObject({ lines: [], note: '', status: 'PENDING', picking: 'none' });
});

test('orders are listed newest first', () => {
  const [old, young] = [orderState(), orderState({ id: 'z', createdMs: 99 })].map((s) => toOrder(s, new Set()));
  expect(newestFirst([old!, young!]).map(({ id }) => id)).toEqual(['z', old!.id]);
});

test('the history names port, place, build and attempts, and what is still to come', () => {
  expect(orderHistory(orderState({ flow: picked }))[1]).toMatchObject({
    text: 'Pick order done on tab',
    detail: '2 attempts, build ab12',
  });
  expect(orderHistory(orderState()).at(-1)).toMatchObject({ text: 'Pick order is to come', atMs: null });
});
