import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { modelObject } from '@testudo/fabric/spec/model-object';
import type { Adapter, PlainRecord, PortCall, ServiceContext, ServiceFactory, ServiceRequest } from '@testudo/fabric';

import * as fulfilment from '../fulfilment/adapters.ts';
import { inventory, shipping } from '../fulfilment/services.ts';
import * as payments from '../payments/adapters.ts';
import { payments as bank } from '../payments/services.ts';

const partners = setupServer();
beforeAll(() => partners.listen({ onUnhandledFrame: 'error' }));
afterEach(() => partners.resetHandlers());
afterAll(() => partners.close());

const endpoints = { warehouse: 'http://warehouse.test', carrier: 'http://carrier.test/v1', bank: 'http://bank.test' };
const context: ServiceContext = {
  endpoints,
  builtins: {},
  fetch: async (url: string, init: ServiceRequest = {}) => {
    const response = await fetch(url, init as RequestInit);
    return {
      ok: response.ok,
      status: response.status,
      headers: {},
      text: () => response.text(),
      json: () => response.json(),
    };
  },
};

const fields = {
  orderItems: [{ sku: 's', name: 'Scutum', qty: 2, priceCents: 150 }],
  shippingAddress: 'Via Appia 1',
  totalCents: 300,
  pickId: 'p',
  shipmentId: 's',
  trackId: 't',
  proofId: 'c',
  paymentId: 'm',
};

/** Calls an adapter as a port of an order would. */
function call(
  adapter: Adapter<never>,
  service: ServiceFactory,
  signal: AbortSignal = new AbortController().signal,
): ReturnType<ReturnType<Adapter>> {
  const model = modelObject({ modelName: 'order', id: 'o', version: 1, fields });
  const port: PortCall = { model, port: 'any', args: [], idempotencyKey: 'k', signal };
  return (adapter as Adapter)(service(context))(port);
}

/** A partner that answers one call; resolves with what it was sent. */
function answering(url: string, answer: PlainRecord, status = 200): Promise<{ key: string | null; body: unknown }> {
  return new Promise((resolve) => {
    partners.use(
      http.post(url, async ({ request }) => {
        resolve({ key: request.headers.get('idempotency-key'), body: await request.json() });
        return HttpResponse.json(answer, { status });
      }),
    );
  });
}

const { warehouse, carrier } = endpoints;
test.for([
  [
    'pickOrder',
    fulfilment.pickOrder,
    inventory,
    `${warehouse}/picks`,
    { pickId: 'p', shelf: 'C4', pickedAt: 5 },
    { items: fields.orderItems },
  ],
  ['returnOrder', fulfilment.returnOrder, inventory, `${warehouse}/returns`, {}, { pickId: 'p' }],
  [
    'shipOrder',
    fulfilment.shipOrder,
    shipping,
    `${carrier}/shipments`,
    { shipmentId: 's', shippedAt: 6 },
    { address: 'Via Appia 1' },
  ],
  ['cancelShipment', fulfilment.cancelShipment, shipping, `${carrier}/shipments/cancel`, {}, { name: 's' }],
  ['stopTracking', fulfilment.stopTracking, shipping, `${carrier}/tracks/stop`, {}, { name: 't' }],
  [
    'verifyDelivery',
    fulfilment.verifyDelivery,
    shipping,
    `${carrier}/proofs`,
    { proofId: 'c', signedBy: 'G. Hopper' },
    { name: 't' },
  ],
  ['reopenDelivery', fulfilment.reopenDelivery, shipping, `${carrier}/proofs/void`, {}, { name: 'c' }],
  [
    'completePayment',
    payments.completePayment,
    bank,
    'http://bank.test/payments',
    { paymentId: 'm', paidAt: 7 },
    { amountCents: 300 },
  ],
  ['refundPayment', payments.refundPayment, bank, 'http://bank.test/refunds', {}, { paymentId: 'm' }],
] as const)('%s asks its partner under the key of all its attempts, and brings back what it says', async (row) => {
  const [, adapter, service, url, answer, body] = row;
  const asked = answering(url, answer);
  expect(await call(adapter as Adapter<never>, service)).toEqual(answer);
  expect(await asked).toEqual({ key: 'k', body: { orderId: 'o', ...body } });
});

test('trackShipment waits until the carrier tells of the delivery', async () => {
  const news: PlainRecord[] = [{ status: 'moving' }, { status: 'moving' }, { status: 'delivered', deliveredAt: 9 }];
  const asked = answering(`${carrier}/tracks`, { trackId: 't' }, 201);
  partners.use(http.get(`${carrier}/tracks/t`, () => HttpResponse.json(news.shift())));
  expect(await call(fulfilment.trackShipment, shipping)).toEqual({ trackId: 't', deliveredAt: 9 });
  expect(await asked).toMatchObject({ body: { name: 's' } });
  expect(news).toEqual([]);
});

test('a step that has timed out waits for its carrier no longer', async () => {
  const controller = new AbortController();
  void answering(`${carrier}/tracks`, { trackId: 't' });
  partners.use(
    http.get(`${carrier}/tracks/t`, async () => {
      controller.abort(new Error('timed out'));
      await delay('infinite');
    }),
  );
  await expect(call(fulfilment.trackShipment, shipping, controller.signal)).rejects.toThrow('timed out');
});

test.for([
  [503, true],
  [429, true],
  [408, true],
  [409, false],
  [404, false],
] as const)('an answer %i may be asked again: %s', async ([status, retryable]) => {
  void answering(`${warehouse}/picks`, {}, status);
  void answering('http://bank.test/payments', {}, status);
  for (const [adapter, service] of [
    [fulfilment.pickOrder, inventory],
    [payments.completePayment, bank],
  ] as const)
    await expect(call(adapter as Adapter<never>, service)).rejects.toMatchObject({
      message: expect.stringContaining(`answered ${status}`),
      retryable,
    });
});

test.for([
  [fulfilment.pickOrder, inventory, `${warehouse}/picks`, 'pickId'],
  [fulfilment.shipOrder, shipping, `${carrier}/shipments`, 'shipmentId'],
  [payments.completePayment, bank, 'http://bank.test/payments', 'paymentId'],
] as const)('an answer without what it is asked for is final, and says what is missing', async (row) => {
  const [adapter, service, url, field] = row;
  void answering(url, { other: 1 });
  await expect(call(adapter as Adapter<never>, service)).rejects.toMatchObject({
    message: expect.stringContaining(`without ${field}`),
    retryable: false,
  });
});
