import type { Page } from '@playwright/test';

import { until } from '../launch.ts';
import type { Running } from '../launch.ts';
import { idOf, orderByRest, orderInShop, untilOrder } from '../orders.ts';
import type { Call, StoredOrder } from '../orders.ts';
import type { OrderWorld } from './scenario.ts';

/** Node alone: what is placed by REST goes its way on the server. */
export function nodeAlone(demo: Running, call: Call): OrderWorld {
  return {
    demo,
    call,
    owner: /^server-/,
    place: async (note) => (await orderByRest(call, note)).id,
    until: (id, isAsWanted) => untilOrder(call, id, isAsWanted),
  };
}

/** A browser in front of a Node authority: what is placed in its shop goes its way in its worker. */
export function browserAsOwner(demo: Running, call: Call, page: Page): OrderWorld {
  return {
    demo,
    call,
    owner: /^browser-/,
    place: async (note) => idOf(await orderInShop(page, note)),
    until: (id, isAsWanted) => untilOrder(call, id, isAsWanted),
  };
}

/** What the application has laid down: of what it was given, what is used here. */
type HeldWindow = Window & {
  readonly heldProps: {
    readonly models: {
      get(modelName: string): {
        create(input: object): Promise<{ readonly state: { readonly id: string } }>;
        command(id: string, name: string): Promise<unknown>;
        find(id: string): Promise<StoredOrder>;
      };
    };
  };
};

/** A browser that puts its orders in order by itself. @param page an application that has laid down what it was given */
export function browserAlone(demo: Running, call: Call, page: Page): OrderWorld {
  const find = (id: string): Promise<StoredOrder> =>
    page.evaluate((wanted) => (window as unknown as HeldWindow).heldProps.models.get('order').find(wanted), id);
  return {
    demo,
    call,
    owner: /^browser-/,
    place: (note) =>
      page.evaluate(async (text) => {
        const orders = (window as unknown as HeldWindow).heldProps.models.get('order');
        const orderItems = [{ sku: 'alone', name: 'Alone', qty: 1, priceCents: 500 }];
        const { state } = await orders.create({ orderItems, note: text });
        await orders.command(state.id, 'approve');
        return state.id;
      }, note),
    until: (id, isAsWanted) =>
      until(`the order ${id}`, async () => {
        const order = await find(id);
        if (isAsWanted(order)) return order;
        throw new Error(`it is ${JSON.stringify(order)}`);
      }),
  };
}
