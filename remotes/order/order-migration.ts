import type { PlainRecord } from '@testudo/fabric';

import { nothingDone } from './order-fields.ts';

/**
 * An order of schema 1, which only the warehouse had a part in. One that was picked then stands as approved, because
 * there is no such status any more: canceling it returns its pick.
 */
export function fromFirstSchema({ orderStatus = 'PENDING', ...order }: PlainRecord): PlainRecord {
  return { ...nothingDone(), ...order, orderStatus: orderStatus === 'PICKED' ? 'APPROVED' : orderStatus };
}
