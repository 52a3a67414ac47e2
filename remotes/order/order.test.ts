import { beforeAll, expect, test, vi } from 'vitest';

import { diff } from '@testudo/fabric/record/merge';
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
    run({ at: 'authority', current, patch: diff(current, { ...current, [field]: 'PICKED' }) }),
  ).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('notes written on both sides are joined', async () => {
  const current = await placed();
  const mine = await run({ current, input: { note: 'mine' } });
  const merged = await run({ at: 'authority', current: { ...current, note: 'theirs' }, patch: mine.patch });
  expect(merged.fields['note']).toBe('mine / theirs');
  expect(merged.conflicts).toEqual(['note']);
});

test('the warehouse moves a pending order on, and notes its pick on a canceled one', async () => {
  const { callback } = spec.ports!['pickOrder']!;
  const { modelObject } = await import('@testudo/fabric/spec/model-object');
  const pick = { pickId: 'p', shelf: 'C4', pickedAt: 5 };
  const model = (fields: Decision['fields']) => modelObject({ modelName: 'order', id: 'o', version: 1, fields });
  const pending = await placed();
  expect(callback!({ model: model(pending) }, pick)).toEqual({ ...pick, orderStatus: 'PICKED' });
  expect(callback!({ model: model(await command('cancel', pending)) }, pick)).toEqual(pick);
});

test('a canceled order is neither approved nor changed; an approved one is not canceled', async () => {
  const canceled = await command('cancel', await placed());
  await expect(command('approve', canceled)).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(run({ current: canceled, input: { note: 'x' } })).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(command('cancel', await command('approve', await placed()))).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

test('a cancel asks for the pick to be taken back; the return forgets where it was', async () => {
  const pending = await placed();
  const decision = await run({ kind: 'command', command: 'cancel', current: pending });
  expect(decision.compensates).toBe(true);
  const picked = { ...decision.fields, pickId: 'p', shelf: 'C4', pickedAt: 5 };
  const given = spec.ports!['returnOrder']!.callback!({ model: {} as never }, {});
  const { fields } = await step(picked, given as Patch['set'], { pickId: 'p', shelf: 'C4', pickedAt: 5 });
  expect(fields).toMatchObject({ orderStatus: 'CANCELED', pickId: null, shelf: null, pickedAt: null });
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
  { estimate: { days: 1, by: 'x' } },
])('a create that skipped the factory is refused with %j', async (forged) => {
  const patch = diff({}, { ...(await placed()), ...forged });
  await expect(run({ at: 'authority', kind: 'create', version: 0, patch })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

test('a create that skipped the factory has its total computed all the same', async () => {
  const patch = diff({}, { ...(await placed()), totalCents: 1 });
  expect((await run({ at: 'authority', kind: 'create', version: 0, patch })).fields['totalCents']).toBe(300);
});

const step = (current: Decision['fields'], set: Patch['set'], base: Patch['base'] = {}) =>
  run({ at: 'authority', kind: 'flow', port: 'pickOrder', current, patch: { set, unset: [], base } });

test('a forged pick approves nothing, changes no price and brings no canceled order back', async () => {
  const pending = await placed();
  const canceled = await command('cancel', pending);
  const base = { orderStatus: 'CANCELED' };
  for (const forged of [
    step(pending, { orderStatus: 'APPROVED' }, { orderStatus: 'PENDING' }),
    step(pending, { orderStatus: 'CANCELED' }, { orderStatus: 'PENDING' }),
    step(pending, { orderItems: [{ ...item, priceCents: 0 }] }),
    step(canceled, { orderStatus: 'PICKED' }, base),
    step(canceled, { orderStatus: 'PENDING' }, base),
  ])
    await expect(forged).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('a pick that comes after a cancel or an approval keeps what was decided', async () => {
  const pick = { pickId: 'p', shelf: 'C4', pickedAt: 5, orderStatus: 'PICKED' };
  const base = { orderStatus: 'PENDING', pickId: null, shelf: null, pickedAt: null };
  for (const name of ['cancel', 'approve']) {
    const decided = await command(name, await placed());
    const { fields } = await step(decided, pick, base);
    expect(fields).toEqual({ ...decided, ...pick, orderStatus: decided['orderStatus'] });
  }
  expect((await step(await placed(), pick, base)).fields['orderStatus']).toBe('PICKED');
});
