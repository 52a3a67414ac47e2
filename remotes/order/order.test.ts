import { beforeAll, expect, test, vi } from 'vitest';

import { diff } from '@testudo/fabric/record/diff';
import type { Patch } from '@testudo/fabric/record/patch';
import { checkModel } from '@testudo/fabric/spec/check-spec';
import { decide } from '@testudo/fabric/spec/decide';
import type { DecideRequest, Decision } from '@testudo/fabric/spec/decision';
import type { ModelSpec } from '@testudo/fabric';

let spec: ModelSpec;
beforeAll(async () => {
  vi.stubGlobal('__TESTUDO_BUILD__', 'b1');
  vi.stubGlobal('__TESTUDO_VARIANT__', '');
  spec = checkModel((await import('./models.ts')).order, 'order', 'b1');
});

const item = { sku: 's', name: 'Scutum', qty: 2, priceCents: 150 };
const context = { uuid: () => 'no-1', now: () => 0, build: 'testudo_order_b1' };
const run = async (request: Partial<DecideRequest>): Promise<Decision> =>
  decide(
    spec,
    {
      at: 'origin',
      modelName: 'order',
      id: 'o',
      kind: 'update',
      current: null,
      version: 1,
      command: null,
      input: null,
      patch: null,
      ...request,
    },
    context,
  );
const placed = async () => (await run({ kind: 'create', version: 0, input: { orderItems: [item] } })).fields;
const command = async (name: string, current: Decision['fields']) =>
  (await run({ kind: 'command', command: name, current })).fields;

test('a new order is pending, totalled, and says which build made it', async () => {
  expect(await placed()).toMatchObject({
    orderNo: 'no-1',
    orderStatus: 'PENDING',
    totalCents: 300,
    builtBy: 'b1',
    shelf: null,
  });
});

test('the total follows the items, also at the authority, and cannot be set', async () => {
  const current = await placed();
  const origin = await run({ current, input: { orderItems: [{ ...item, qty: 3 }] } });
  expect(origin.fields['totalCents']).toBe(450);
  const received = await run({ at: 'authority', current: { ...current, note: 'meanwhile' }, patch: origin.patch });
  expect(received.fields).toMatchObject({ totalCents: 450, note: 'meanwhile' });
  await expect(run({ current, input: { totalCents: 1 } })).rejects.toMatchObject({ code: 'VALIDATION' });
  const forged = await run({ at: 'authority', current, patch: diff(current, { ...current, totalCents: 1 }) as Patch });
  expect(forged.fields['totalCents']).toBe(300);
});

test.each(['orderStatus', 'shelf', 'builtBy'])('a user cannot change %s', async (field) => {
  const current = await placed();
  await expect(run({ current, input: { [field]: 'X' } })).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(
    run({ at: 'authority', current, patch: diff(current, { ...current, [field]: 'APPROVED' }) }),
  ).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('notes written on both sides are joined', async () => {
  const current = await placed();
  const mine = await run({ current, input: { note: 'mine' } });
  const merged = await run({ at: 'authority', current: { ...current, note: 'theirs' }, patch: mine.patch });
  expect(merged.fields['note']).toBe('mine / theirs');
  expect(merged.conflicts).toEqual(['note']);
});

const modelOf = async (fields: Decision['fields']) =>
  (await import('@testudo/fabric/spec/model-object')).modelObject({ modelName: 'order', id: 'o', version: 1, fields });
/** What a port's callback makes of its answer, at an order that is `current`. */
const callback = async (port: string, current: Decision['fields'], answer: Patch['set']) =>
  spec.ports![port]!.callback!({ model: await modelOf(current) }, answer) as Patch['set'];

test('each step begins by the event of the one before, and names an undo that forgets what it brought', () => {
  const steps = ['pickOrder', 'shipOrder', 'trackShipment', 'verifyDelivery', 'completePayment'];
  const ports = steps.map((name) => spec.ports![name]!);
  expect(ports[0]!.consumesEvent).toBe(spec.commands!['approve']!.producesEvent);
  expect(ports.slice(1).map(({ consumesEvent }) => consumesEvent)).toEqual(
    ports.slice(0, -1).map(({ producesEvent }) => producesEvent),
  );
  for (const { undo, writes } of ports)
    expect([...spec.ports![undo as string]!.writes!, 'orderStatus']).toEqual(writes);
});

test('the bank is asked by the server alone, every other partner by who owns the flow', () => {
  const placed = Object.entries(spec.ports!).filter(([, { placement }]) => placement !== undefined);
  expect(placed.map(([port, { placement }]) => [port, placement])).toEqual([['completePayment', 'server']]);
});

test('shipping and payment move an order on; what is noted on a canceled one leaves it canceled', async () => {
  const approved = await command('approve', await placed());
  const pick = { pickId: 'p', shelf: 'C4', pickedAt: 5 };
  expect(await callback('pickOrder', approved, { ...pick, more: 1 })).toEqual(pick);
  const shipment = { shipmentId: 's', shippedAt: 6 };
  expect(await callback('shipOrder', approved, shipment)).toEqual({ ...shipment, orderStatus: 'SHIPPING' });
  expect(await callback('shipOrder', await command('cancel', approved), shipment)).toEqual(shipment);
});

test('only a pending order is approved; a canceled or a complete one is not changed, but for a note of the latter', async () => {
  const canceled = await command('cancel', await placed());
  await expect(command('approve', canceled)).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(run({ current: canceled, input: { note: 'x' } })).rejects.toMatchObject({ code: 'VALIDATION' });
  const approved = await command('approve', await placed());
  await expect(command('approve', approved)).rejects.toMatchObject({ code: 'VALIDATION' });
  const complete = { ...approved, orderStatus: 'COMPLETE' };
  await expect(command('cancel', complete)).rejects.toThrow(
    'an order that is COMPLETE cannot be canceled; ask a clerk',
  );
  expect((await run({ current: complete, input: { note: 'x' } })).fields['note']).toBe('x');
  for (const input of [{ shippingAddress: 'Rome' }, { orderItems: [{ ...item, qty: 9 }] }])
    await expect(run({ current: complete, input })).rejects.toThrow('only the note');
});

test.each(['PENDING', 'APPROVED', 'SHIPPING'])(
  'an order that is %s can be canceled, and compensates',
  async (status) => {
    const decision = await run({
      kind: 'command',
      command: 'cancel',
      current: { ...(await placed()), orderStatus: status },
    });
    expect([decision.fields['orderStatus'], decision.compensates]).toEqual(['CANCELED', true]);
  },
);

test('a step that failed for good cancels the order; undo forgets what was done, and keeps the status', async () => {
  const picked = { ...(await command('approve', await placed())), pickId: 'p', shelf: 'C4', pickedAt: 5 };
  const error = { code: 'PORT_FAILED', message: 'closed' } as const;
  const given = spec.ports!['shipOrder']!.errorCallback!({ model: await modelOf(picked), error }) as Patch['set'];
  const failed = await step(picked, given, { orderStatus: 'APPROVED' }, { port: 'shipOrder', status: 'failed' });
  expect(failed.fields['orderStatus']).toBe('CANCELED');
  const forgotten = await callback('returnOrder', failed.fields, {});
  const { fields } = await step(
    failed.fields,
    forgotten,
    { pickId: 'p', shelf: 'C4', pickedAt: 5 },
    { status: 'undone' },
  );
  expect(fields).toMatchObject({ orderStatus: 'CANCELED', pickId: null, shelf: null, pickedAt: null });
});

test('a call-back of the carrier notes its news, and moves no order on', async () => {
  const approved = await command('approve', await placed());
  const heard = (set: Patch['set']) =>
    run({
      at: 'authority',
      kind: 'command',
      command: 'hearCarrier',
      current: approved,
      patch: diff(approved, { ...approved, ...set }) as Patch,
    });
  expect((await heard({ news: 'at your door' })).fields['news']).toBe('at your door');
  await expect(heard({ news: 'x', orderStatus: 'SHIPPING' })).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(heard({ news: 'x'.repeat(201) })).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('an estimate comes from the lazy chunk', async () => {
  expect((await command('estimate', await placed()))['estimate']).toEqual({ days: 3, by: 'b1' });
});

test('an order without items is refused with the path', async () => {
  await expect(run({ kind: 'create', version: 0, input: { orderItems: [] } })).rejects.toMatchObject({
    code: 'VALIDATION',
    message: expect.stringContaining('order.orderItems'),
  });
});

test.each([
  { orderStatus: 'APPROVED' },
  { orderStatus: 'PICKED' },
  { pickId: 'p' },
  { paymentId: 'p' },
  { news: 'it is here' },
  { estimate: { days: 1, by: 'x' } },
])('a create that skipped the factory is refused with %j', async (forged) => {
  const patch = diff({}, { ...(await placed()), ...forged });
  await expect(run({ at: 'authority', kind: 'create', version: 0, patch })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

const shipped = { orderStatus: 'SHIPPING', pickId: 'p', shipmentId: 's', shippedAt: 6 };
const handedOver = async (fields: Patch['set']) =>
  run({
    ...{ at: 'authority', kind: 'create', version: 0, isHandedOver: true },
    patch: diff({}, { ...(await placed()), ...fields }),
  });

test.each([{}, { estimate: { days: 1, by: 'x' } }, { orderStatus: 'APPROVED' }, shipped, { orderStatus: 'CANCELED' }])(
  'an order that a browser made alone is taken as it is: %j',
  async (fields) => {
    expect((await handedOver(fields)).fields).toMatchObject(fields);
  },
);

test.each([
  { ...shipped, orderStatus: 'COMPLETE', paymentId: 'p', paidAt: 7 },
  { ...shipped, paymentId: 'p' },
  { orderStatus: 'CANCELED', paidAt: 7 },
  { pickId: 'p' },
  { orderStatus: 'SHIPPING' },
])('what no browser can say of an order is not taken over: %j', async (fields) => {
  await expect(handedOver(fields)).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('a create that skipped the factory has its total computed all the same', async () => {
  const patch = diff({}, { ...(await placed()), totalCents: 1 });
  expect((await run({ at: 'authority', kind: 'create', version: 0, patch })).fields['totalCents']).toBe(300);
});

/** A flow's change as the authority judges it: by default the outcome of a pick. */
const step = (
  current: Decision['fields'],
  set: Patch['set'],
  base: Patch['base'] = {},
  ended: Pick<DecideRequest, 'port' | 'status'> = {},
) =>
  run({
    at: 'authority',
    kind: 'flow',
    current,
    patch: { set, unset: [], base },
    ...{ port: 'pickOrder', status: 'done', ...ended },
  });

test('a forged step moves no order on, changes no price and brings no canceled order back', async () => {
  const pending = await placed();
  const approved = await command('approve', pending);
  const canceled = await command('cancel', pending);
  const base = { orderStatus: 'APPROVED' };
  const shipped = { port: 'shipOrder' };
  const paid = { port: 'completePayment' };
  for (const forged of [
    step(pending, { orderStatus: 'APPROVED' }, { orderStatus: 'PENDING' }),
    step(pending, { orderStatus: 'SHIPPING' }, { orderStatus: 'PENDING' }, shipped),
    step(approved, { orderStatus: 'CANCELED' }, base),
    step(approved, { orderStatus: 'SHIPPING' }, base),
    step(approved, { orderStatus: 'SHIPPING' }, base, { ...shipped, status: 'failed' }),
    step(approved, { orderStatus: 'COMPLETE' }, base, paid),
    step(approved, { paymentId: 'mine' }, {}),
    step(approved, { orderItems: [{ ...item, priceCents: 0 }] }),
    step(canceled, { orderStatus: 'SHIPPING' }, { orderStatus: 'CANCELED' }, shipped),
    step(canceled, { orderStatus: 'PENDING' }, { orderStatus: 'CANCELED' }),
  ])
    await expect(forged).rejects.toMatchObject({ code: 'VALIDATION' });
  expect((await step(approved, { orderStatus: 'SHIPPING' }, base, shipped)).fields['orderStatus']).toBe('SHIPPING');
});

test('a shipment that comes after a cancel is noted, and the order stays canceled', async () => {
  const shipment = { shipmentId: 's', shippedAt: 6 };
  const base = { orderStatus: 'APPROVED', shipmentId: null, shippedAt: null };
  const canceled = await command('cancel', await command('approve', await placed()));
  const { fields } = await step(canceled, { ...shipment, orderStatus: 'SHIPPING' }, base, { port: 'shipOrder' });
  expect(fields).toEqual({ ...canceled, ...shipment });
});
