import type { BrowserContext, Page } from '@playwright/test';

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
    async crash() {
      const { pid } = await demo.health();
      process.kill(pid, 'SIGKILL');
      await demo.reborn(pid);
    },
    until: (id, isAsWanted) => untilOrder(call, id, isAsWanted),
  };
}

/** A page that can be lost and opened again, in the same browser profile. */
export interface LosablePage {
  current(): Page;
  lose(): Promise<void>;
}

/** Opens a page in a profile of its own. @param open leads it to where it is wanted */
export async function losablePage(context: BrowserContext, open: (page: Page) => Promise<void>): Promise<LosablePage> {
  let page = await context.newPage();
  await open(page);
  return {
    current: () => page,
    async lose() {
      await page.close();
      page = await context.newPage();
      await open(page);
    },
  };
}

/** A browser in front of a Node authority: what is placed in its shop goes its way in its worker. */
export function browserAsOwner(demo: Running, call: Call, page: LosablePage): OrderWorld {
  return {
    demo,
    call,
    owner: /^browser-/,
    place: async (note) => idOf(await orderInShop(page.current(), note)),
    crash: () => page.lose(),
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
export function browserAlone(demo: Running, call: Call, page: LosablePage): OrderWorld {
  const find = (id: string): Promise<StoredOrder> =>
    page
      .current()
      .evaluate((wanted) => (window as unknown as HeldWindow).heldProps.models.get('order').find(wanted), id);
  return {
    demo,
    call,
    owner: /^browser-/,
    place: (note) =>
      page.current().evaluate(async (text) => {
        const orders = (window as unknown as HeldWindow).heldProps.models.get('order');
        const orderItems = [{ sku: 'alone', name: 'Alone', qty: 1, priceCents: 500 }];
        const { state } = await orders.create({ orderItems, note: text });
        await orders.command(state.id, 'approve');
        return state.id;
      }, note),
    crash: () => page.lose(),
    until: (id, isAsWanted) =>
      until(`the order ${id}`, async () => {
        const order = await find(id);
        if (isAsWanted(order)) return order;
        throw new Error(`it is ${JSON.stringify(order)}`);
      }),
  };
}
