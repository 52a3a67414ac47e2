import type { Call } from '../orders.ts';
import { noteOf, Refused } from './writer.ts';
import type { Writer } from './writer.ts';

/** Writes over REST, with an idempotency key for each write. @param call as `client` makes one */
export function restWriter(call: Call): Writer {
  return {
    async write(wish) {
      const { key, number, id } = wish;
      const note = noteOf(wish);
      const orderItems = [{ sku: 'crash', name: 'Crash test', qty: 1, priceCents: 100 }];
      const reply = await call(id === null ? '/api/models/orders' : `/api/models/orders/${id}`, {
        method: id === null ? 'POST' : 'PATCH',
        headers: { 'idempotency-key': `${key}-${number}` },
        body: JSON.stringify(id === null ? { orderItems, note } : { note }),
      });
      const text = await reply.text();
      if (reply.status >= 500) throw new Error(text);
      if (!reply.ok) throw new Refused(`${note}: ${reply.status} ${text}`);
      return (JSON.parse(text) as { readonly object: { readonly id: string } }).object.id;
    },
  };
}
