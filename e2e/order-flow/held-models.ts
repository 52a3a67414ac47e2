import type { Page } from '@playwright/test';

import { until } from '../launch.ts';
import type { StoredOrder } from '../orders.ts';

/** What the probe has laid down of what it was given, as far as it is used here. */
type HeldWindow = Window & {
  readonly heldProps: {
    readonly shell: {
      setNetwork(isOnline: boolean): Promise<void>;
      report(): Promise<{ readonly partitions: readonly { readonly pending: number }[] }>;
    };
    readonly models: {
      get(modelName: string): {
        create(input: object): Promise<{ readonly state: { readonly id: string } }>;
        command(id: string, name: string): Promise<unknown>;
        find(id: string): Promise<StoredOrder>;
      };
      refused(): Promise<readonly unknown[]>;
    };
  };
};

/** Places and confirms an order by the browser's own host. @returns its id */
export function placeHeld(page: Page, note: string): Promise<string> {
  return page.evaluate(async (text) => {
    const orders = (window as unknown as HeldWindow).heldProps.models.get('order');
    const orderItems = [{ sku: 'alone', name: 'Alone', qty: 1, priceCents: 500 }];
    const { state } = await orders.create({ orderItems, note: text });
    await orders.command(state.id, 'approve');
    return state.id;
  }, note);
}

/** Resolves with the order as the browser's own host has it, once it is as wanted. */
export function untilHeld(page: Page, id: string, isAsWanted: (order: StoredOrder) => boolean): Promise<StoredOrder> {
  return until(`the order ${id}`, async () => {
    const find = (wanted: string) => (window as unknown as HeldWindow).heldProps.models.get('order').find(wanted);
    const order = await page.evaluate(find, id);
    if (isAsWanted(order)) return order;
    throw new Error(`it is ${JSON.stringify(order)}`);
  });
}

/** What the browser's user is told was refused. */
export function refusedHere(page: Page): Promise<readonly unknown[]> {
  return page.evaluate(() => (window as unknown as HeldWindow).heldProps.models.refused());
}

/** Cuts the browser's host off its server, or plugs it in again. */
export function setNetwork(page: Page, isOnline: boolean): Promise<void> {
  return page.evaluate((wanted) => (window as unknown as HeldWindow).heldProps.shell.setNetwork(wanted), isOnline);
}

/** Resolves once so many changes wait in the browser for their server. */
export async function untilWaiting(page: Page, count: number): Promise<void> {
  await until(`${count} changes that wait`, async () => {
    const { partitions } = await page.evaluate(() => (window as unknown as HeldWindow).heldProps.shell.report());
    return partitions.reduce((sum, { pending }) => sum + pending, 0) === count || undefined;
  });
}
