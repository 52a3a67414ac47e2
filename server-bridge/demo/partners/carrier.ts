import { setTimeout as delay } from 'node:timers/promises';

import type { PartnerLog } from './partner-log.ts';
import { nameFor, servePartner } from './serve-partner.ts';

/** How long a parcel is under way from when it is tracked: short, for a demonstration. */
const deliveryMs = 400;
const longestWaitMs = 5000;
const people = ['A. Turing', 'G. Hopper', 'K. Johnson', 'E. Dijkstra'];

/** Who took the parcel in, always the same person for a key. */
function signerOf(key: string): string {
  return people[nameFor('proof', key).charCodeAt(6) % people.length] ?? '';
}

/** `GET /tracks/<id>?waitMs=n`: where a parcel is; waits for its delivery up to that long. */
async function whereabouts({ pathname, searchParams }: URL, { calls }: PartnerLog): Promise<object | null> {
  const id = /^\/tracks\/([\w-]+)$/.exec(pathname)?.[1];
  const begun = calls.find(
    ({ act, effect, key }) => act === '/tracks' && effect === 'first' && nameFor('track', key) === id,
  );
  if (begun === undefined) return null;
  const deliveredAt = begun.atMs + deliveryMs;
  const waitMs = Math.min(Number(searchParams.get('waitMs')) || 0, longestWaitMs, deliveredAt - Date.now());
  if (waitMs > 0) await delay(waitMs);
  return Date.now() < deliveredAt ? { status: 'moving' } : { status: 'delivered', deliveredAt };
}

await servePartner({
  name: 'carrier',
  acts: {
    '/shipments': {
      effect: 'first',
      answer: (key, shippedAt) => ({ shipmentId: nameFor('shipment', key), shippedAt }),
    },
    '/shipments/cancel': { effect: 'undone', answer: () => ({}) },
    '/tracks': {
      effect: 'first',
      answer: (key) => ({ trackId: nameFor('track', key) }),
      async follow({ orderId }, { log, callBacks }) {
        await delay(deliveryMs);
        const isStopped = log.calls.some((call) => call.act === '/tracks/stop' && call.orderId === orderId);
        if (!isStopped) await callBacks.tell(orderId, 'hearCarrier', { news: 'The parcel is at your door.' });
      },
    },
    '/tracks/stop': { effect: 'undone', answer: () => ({}) },
    '/proofs': { effect: 'first', answer: (key) => ({ proofId: nameFor('proof', key), signedBy: signerOf(key) }) },
    '/proofs/void': { effect: 'undone', answer: () => ({}) },
  },
  tell: whereabouts,
});
