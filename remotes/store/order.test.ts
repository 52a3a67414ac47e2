import type { DoneStep, FlowState, ObjectState, ObjectSync } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { orderHistory } from './order-history.ts';
import { orderSteps } from './order-steps.ts';
import { wayText } from './order-way.ts';
import { newestFirst, toOrder } from './order.ts';

const due = { port: 'pickOrder', event: 'orderApproved', key: 'k1' };
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

const shown = (state: ObjectState, sync?: ObjectSync) => toOrder(state, sync);
const syncSteps = (state: ObjectState, sync?: ObjectSync) => orderSteps(shown(state, sync)).map(({ status }) => status);
const stages = (flow: FlowState | null) => shown(orderState({ flow })).way.map(({ status }) => status);

test('an order that the authority has not seen is saved, and waits', () => {
  expect(shown(orderState()).sync).toBe('saved');
  expect(syncSteps(orderState())).toEqual(['done', 'waiting']);
  expect(shown(orderState(), { state: 'synced' }).sync, 'told before this state was made').toBe('saved');
  expect(shown(orderState({ seq: 3 }), { state: 'saved', pending: 1 }).sync).toBe('saved');
});

test('of its five stages those that are done are done, and the next one is under way', () => {
  expect(syncSteps(orderState({ seq: 3 }))).toEqual(['done', 'done']);
  expect(stages(picked)).toEqual(['done', 'todo', 'todo', 'todo', 'todo']);
  expect(stages({ ...picked, due: [{ ...due, port: 'shipOrder' }] })[1]).toBe('waiting');
  expect(stages(null)).toEqual(Array.from({ length: 5 }, () => 'todo'));
});

test('what is taken back goes from right to left: being undone, undone, or stuck with its reason', () => {
  const [pick] = picked.done as [DoneStep];
  const ship = { ...pick, port: 'shipOrder' };
  const left = [due];
  const undoing = { ...picked, done: [pick, ship, { ...ship, status: 'undone' as const }] };
  const flow = { ...undoing, compensation: { reason: 'it was asked for', left } };
  expect(stages(flow).slice(0, 2)).toEqual(['undoing', 'undone']);
  const stuck = { ...pick, status: 'undo-failed' as const, error: 'UNDO_FAILED: closed' };
  const ended = { ...flow, done: [...flow.done, stuck], compensation: { ...flow.compensation, left: [] } };
  expect(stages(ended).slice(0, 2)).toEqual(['stuck', 'undone']);
  expect(wayText(shown(orderState({ flow: ended })).way, 'CANCELED')).toContain('UNDO_FAILED: closed');
});

test('a failed stage is told with its reason, and whether anything was taken back', () => {
  const [pick] = picked.done as [DoneStep];
  const failed = { ...pick, port: 'shipOrder', status: 'failed' as const, error: 'the carrier answered 503' };
  const text = (done: readonly DoneStep[]) => wayText(shown(orderState({ flow: { ...picked, done } })).way, 'CANCELED');
  expect(text([failed])).toBe('“Shipped” failed: the carrier answered 503. Nothing had to be taken back.');
  expect(text([pick, failed, { ...pick, status: 'undone' }])).toContain('has been taken back');
});

test('a refused change shows as refused, whatever was accepted before', () => {
  const state = orderState({ seq: 3 });
  const refused: ObjectSync = { state: 'refused', opId: 'h:1', error: { code: 'VALIDATION', message: 'not so' } };
  expect(shown(state, refused).sync).toBe('refused');
  expect(syncSteps(state, refused)[1]).toBe('failed');
});

test('an order without its own fields is shown as empty, not as an error', () => {
  const order = shown(orderState({ fields: {}, flow: null }));
  expect(order).toMatchObject({ lines: [], note: '', status: 'PENDING', isFixed: false });
});

test('orders are listed newest first', () => {
  const [old, young] = [orderState(), orderState({ id: 'z', createdMs: 99 })].map((state) => shown(state));
  expect(newestFirst([old!, young!]).map(({ id }) => id)).toEqual(['z', old!.id]);
});

test('the history names port, place, build and attempts, and what is still to come', () => {
  expect(orderHistory(orderState({ flow: picked }))[1]).toMatchObject({
    text: 'Pick order done on tab',
    detail: '2 attempts, build ab12',
  });
  expect(orderHistory(orderState()).at(-1)).toMatchObject({ text: 'Pick order is to come', atMs: null });
});
