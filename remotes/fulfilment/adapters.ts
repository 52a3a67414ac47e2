import type { Adapter, Plain, PortCall } from '@testudo/fabric';

import type { Carrier, NamedRequest } from './carrier.ts';
import type { Repeatable } from './partner-client.ts';
import type { Warehouse } from './warehouse.ts';

/** Implements an order's port `pickOrder` with the warehouse. */
export const pickOrder: Adapter<Warehouse> = (warehouse) => (call) =>
  warehouse.pick({ ...repeatable(call), items: call.model.fields['orderItems'] ?? [] });

/** Implements `returnOrder`: what was picked goes back to its shelf. */
export const returnOrder: Adapter<Warehouse> = (warehouse) => (call) =>
  nothing(warehouse.takeBack({ ...repeatable(call), pickId: field(call, 'pickId') }));

/** Implements `shipOrder` with the carrier. */
export const shipOrder: Adapter<Carrier> = (carrier) => (call) =>
  carrier.ship({ ...repeatable(call), address: field(call, 'shippingAddress') });

/** Implements `cancelShipment`: the carrier turns the parcel round. */
export const cancelShipment: Adapter<Carrier> = (carrier) => (call) =>
  nothing(carrier.cancel(named(call, 'shipmentId')));

/** Implements `trackShipment`: answers when the parcel was delivered. */
export const trackShipment: Adapter<Carrier> = (carrier) => (call) => carrier.track(named(call, 'shipmentId'));

/** Implements `stopTracking`: the carrier follows the parcel no longer. */
export const stopTracking: Adapter<Carrier> = (carrier) => (call) =>
  nothing(carrier.stopTracking(named(call, 'trackId')));

/** Implements `verifyDelivery`: the carrier certifies it. */
export const verifyDelivery: Adapter<Carrier> = (carrier) => (call) => carrier.prove(named(call, 'trackId'));

/** Implements `reopenDelivery`: the carrier's certificate is void. */
export const reopenDelivery: Adapter<Carrier> = (carrier) => (call) => nothing(carrier.revoke(named(call, 'proofId')));

function repeatable({ model, idempotencyKey, signal }: PortCall): Repeatable {
  return { orderId: model.getId(), idempotencyKey, signal };
}

function named(call: PortCall, name: string): NamedRequest {
  return { ...repeatable(call), name: field(call, name) };
}

function field({ model }: PortCall, name: string): Plain {
  return model.fields[name] ?? null;
}

/** The result of a call that brings nothing back. */
async function nothing(done: Promise<void>): Promise<Record<string, never>> {
  await done;
  return {};
}
