import type { Plain, ServiceContext } from '@testudo/fabric';

import { partnerClient, textOf, timeOf } from './partner-client.ts';
import type { Repeatable } from './partner-client.ts';

/** A parcel that is to be sent. */
export interface ShipmentRequest extends Repeatable {
  readonly address: Plain;
}

/** Something that the carrier has given a name to: a shipment, a track, a proof of delivery. */
export interface NamedRequest extends Repeatable {
  readonly name: Plain;
}

/** A type, not an interface: it is plain data. */
export type Shipment = { readonly shipmentId: string; readonly shippedAt: number | null };
export type Delivery = { readonly trackId: string; readonly deliveredAt: number | null };
export type DeliveryProof = { readonly proofId: string; readonly signedBy: string };

/** The client library of the carrier's HTTP interface; each call throws as `PartnerClient.post`. */
export interface Carrier {
  ship(request: ShipmentRequest): Promise<Shipment>;
  cancel(request: NamedRequest): Promise<void>;
  /** Has a shipment followed, and waits until it is delivered. */
  track(request: NamedRequest): Promise<Delivery>;
  stopTracking(request: NamedRequest): Promise<void>;
  /** Has the carrier certify a delivery. */
  prove(request: NamedRequest): Promise<DeliveryProof>;
  /** Declares such a certificate void. */
  revoke(request: NamedRequest): Promise<void>;
}

/** How long the carrier is asked to wait for news before it answers without any. */
const waitMs = 2000;

/** A service: the carrier at the endpoint that the host names `carrier`. */
export function shipping(context: ServiceContext): Carrier {
  const { post, get } = partnerClient('carrier', context);
  const named = (path: string, { name, ...request }: NamedRequest) => post(path, { name }, request);
  return {
    async ship(request) {
      const answer = await post('/shipments', { address: request.address }, request);
      return { shipmentId: textOf('carrier', answer, 'shipmentId'), shippedAt: timeOf(answer, 'shippedAt') };
    },
    async track(request) {
      const trackId = textOf('carrier', await named('/tracks', request), 'trackId');
      for (;;) {
        const news = await get(`/tracks/${trackId}?waitMs=${waitMs}`, request.signal);
        if (news['status'] === 'delivered') return { trackId, deliveredAt: timeOf(news, 'deliveredAt') };
      }
    },
    async prove(request) {
      const answer = await named('/proofs', request);
      return { proofId: textOf('carrier', answer, 'proofId'), signedBy: textOf('carrier', answer, 'signedBy') };
    },
    cancel: async (request) => void (await named('/shipments/cancel', request)),
    stopTracking: async (request) => void (await named('/tracks/stop', request)),
    revoke: async (request) => void (await named('/proofs/void', request)),
  };
}
