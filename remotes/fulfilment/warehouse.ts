import type { Plain, ServiceContext } from '@testudo/fabric';

import { partnerClient, textOf, timeOf } from './partner-client.ts';
import type { Repeatable } from './partner-client.ts';

/** What the warehouse is asked to put together. */
export interface PickRequest extends Repeatable {
  readonly items: Plain;
}

/** Which pick the warehouse is to take back. */
export interface ReturnRequest extends Repeatable {
  readonly pickId: Plain;
}

/** A type, not an interface: it is plain data. */
export type Pick = {
  readonly pickId: string;
  readonly shelf: string;
  /** milliseconds since the epoch, or `null` when the warehouse does not say */
  readonly pickedAt: number | null;
};

/** The client library of the warehouse's HTTP interface; each call throws as `PartnerClient.post`. */
export interface Warehouse {
  pick(request: PickRequest): Promise<Pick>;
  takeBack(request: ReturnRequest): Promise<void>;
}

/** A service: the warehouse at the endpoint that the host names `warehouse`. */
export function inventory(context: ServiceContext): Warehouse {
  const { post } = partnerClient('warehouse', context);
  return {
    async pick(request) {
      const answer = await post('/picks', { items: request.items }, request);
      const [pickId, shelf] = ['pickId', 'shelf'].map((field) => textOf('warehouse', answer, field)) as [
        string,
        string,
      ];
      return { pickId, shelf, pickedAt: timeOf(answer, 'pickedAt') };
    },
    async takeBack(request) {
      await post('/returns', { pickId: request.pickId }, request);
    },
  };
}
