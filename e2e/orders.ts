import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

import { until } from './launch.ts';
import type { PartnerName, Running } from './launch.ts';

/** An order as the server holds it. */
export interface StoredOrder {
  readonly id: string;
  readonly version: number;
  readonly fields: { readonly [field: string]: unknown } & { readonly note: string; readonly orderStatus: string };
  readonly flow: {
    readonly owner: string;
    readonly epoch: number;
    readonly due: readonly { readonly port: string }[];
    readonly done: readonly StoredStep[];
    readonly compensation?: { readonly reason: string; readonly left: readonly unknown[] };
  } | null;
}

export interface StoredStep {
  readonly port: string;
  readonly event: string;
  readonly status: string;
  readonly node: string;
  readonly key: string;
  readonly attempts: number;
  readonly error?: string;
  /** whether its partner may have done it all the same */
  readonly isUncertain?: boolean;
}

/** A client that is signed in, as `client` makes one. */
export type Call = (path: string, init?: RequestInit) => Promise<Response>;

/** Places an order of the first product, which the shop confirms. @param note no other order has it @returns its row */
export async function orderInShop(page: Page, note: string): Promise<Locator> {
  await page.getByTestId('product').first().waitFor();
  await page.locator('[data-testid^="add-"]:not([disabled])').first().click();
  await page.getByTestId('order-note-new').fill(note);
  await page.getByTestId('place-order').click();
  const row = page.locator('[data-testid="order-row"]', { hasText: note });
  await expect(row).toHaveAttribute('data-order-id', /.+/);
  return row;
}

/** The id of an order, by its row in the shop. */
export async function idOf(row: Locator): Promise<string> {
  return (await row.getAttribute('data-order-id')) ?? '';
}

/** Creates and confirms an order by REST. @returns it as it was created */
export async function orderByRest(call: Call, note = ''): Promise<StoredOrder> {
  const orderItems = [{ sku: 'rest', name: 'By REST', qty: 1, priceCents: 500 }];
  const reply = await call('/api/models/orders', { method: 'POST', body: JSON.stringify({ orderItems, note }) });
  expect(reply.status).toBe(201);
  const { object } = (await reply.json()) as { readonly object: StoredOrder };
  await commandByRest(call, object.id, 'approve');
  return object;
}

/** Runs a command of an order by REST. */
export async function commandByRest(call: Call, id: string, name: string): Promise<void> {
  const reply = await call(`/api/models/orders/${id}/${name}`, { method: 'PATCH', body: 'null' });
  expect(reply.status, `${name}: ${await reply.text()}`).toBe(200);
}

/** An order as the server holds it; `undefined` when it has none. */
export async function storedOrder(call: Call, id: string): Promise<StoredOrder | undefined> {
  const reply = await call(`/api/models/orders/${id}`);
  return reply.ok ? ((await reply.json()) as { readonly object: StoredOrder }).object : undefined;
}

/** Resolves with the order once it is on the server as wanted. */
export function untilOrder(call: Call, id: string, isAsWanted: (order: StoredOrder) => boolean): Promise<StoredOrder> {
  let last: StoredOrder | undefined;
  return until(`the order ${id}`, async () => {
    last = await storedOrder(call, id);
    if (last !== undefined && isAsWanted(last)) return last;
    throw new Error(`it is ${JSON.stringify(last)}`);
  });
}

/** Whether an order's way has failed, or was called off, and everything has been tried to take it back. */
export function isOver({ flow }: StoredOrder): boolean {
  if (flow === null || flow.due.length > 0) return false;
  if (flow.compensation !== undefined) return flow.compensation.left.length === 0;
  return flow.done.some(({ status }) => status === 'failed');
}

/** What the partners have done for an order, oldest first, without the calls that did nothing. */
export function deedsOf(demo: Running, id: string): readonly string[] {
  return callsOf(demo, id)
    .filter(({ effect }) => effect === 'first' || effect === 'undone')
    .map(({ partner, act }) => partner + act);
}

/** Every call that the partners got for an order, oldest first. */
export function callsOf(demo: Running, id: string): ReturnType<Running['partnerCalls']> {
  const partners: readonly PartnerName[] = ['warehouse', 'carrier', 'bank'];
  return partners
    .flatMap((partner) => demo.partnerCalls(partner))
    .filter(({ orderId }) => orderId === id)
    .sort((a, b) => a.atMs - b.atMs);
}

/** What the partners do for an order that goes its whole way. */
export const wholeWay: readonly string[] = [
  'warehouse/picks',
  'carrier/shipments',
  'carrier/tracks',
  'carrier/proofs',
  'bank/payments',
];

/** What takes that back, newest first. */
export const wayBack: readonly string[] = [
  'bank/refunds',
  'carrier/proofs/void',
  'carrier/tracks/stop',
  'carrier/shipments/cancel',
  'warehouse/returns',
];

/** Has a partner's next calls for one act go wrong, one after another; none ends that. */
export async function setMishaps(call: Call, where: string, mishaps: readonly string[]): Promise<void> {
  const [partner = '', ...path] = where.split('/');
  const body = JSON.stringify({ partner, act: `/${path.join('/')}`, mishaps });
  expect((await call('/api/demo/mishaps', { method: 'POST', body })).status).toBe(204);
}
