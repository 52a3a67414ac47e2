import type { AppModels, AppObject, AppProps, ObjectState, PlainRecord } from '@testudo/fabric';

import { shortId } from '../timeline-text.ts';
import type { Act } from './act.ts';

const productsDeadlineMs = 10_000;

/** Places an order of what is in stock, and says when it was durable here and when the server had accepted it. */
export const placeOrder: Act = async ({ app, say }) => {
  const beganMs = performance.now();
  const placed = await createOrder(app, 'Placed from the proof');
  const savedMs = Math.round(performance.now() - beganMs);
  const saved = `Order ${shortId(placed.state.id)}: saved on this device after ${savedMs} ms`;
  app.shell.announce('Order saved on this device');
  if (!app.shell.online) return `${saved}. It is sent when the network is back.`;
  say(`${saved} …`);
  const accepted = await placed.synced();
  return `${saved}, accepted by the server as #${accepted.seq} after ${Math.round(performance.now() - beganMs)} ms.`;
};

/** An order of the first two products in stock, confirmed, durable on this device. */
export async function createOrder({ models }: AppProps, note: string): Promise<AppObject> {
  const chosen = (await productsInStock(models)).slice(0, 2);
  const orders = models.get('order');
  const { state } = await orders.create({ orderItems: chosen.map(toLine), note, shippingAddress: 'Via Appia 1' });
  return orders.command(state.id, 'approve');
}

/** What is in stock, as soon as there is something: on a new device it comes with the first connection. */
function productsInStock(models: AppModels): Promise<readonly ObjectState[]> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      // The watch may call back before it is returned.
      queueMicrotask(() => watching.dispose());
      settle();
    };
    const timer = setTimeout(() => {
      const words = 'no products are on this device yet; they come with the first connection';
      end(() => reject(Object.assign(new Error(words), { code: 'NOT_FOUND' })));
    }, productsDeadlineMs);
    const watching = models.get('inventory').watch((states) => {
      const found = states.filter(({ fields }) => Number(fields['stock']) > 0);
      if (found.length > 0) end(() => resolve(found));
    });
  });
}

function toLine({ fields }: ObjectState): PlainRecord {
  return { sku: fields['sku'] ?? '', name: fields['name'] ?? '', qty: 1, priceCents: fields['priceCents'] ?? 0 };
}
