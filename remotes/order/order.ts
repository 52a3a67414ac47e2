import { defineModel } from '@testudo/fabric';
import type { PlainRecord } from '@testudo/fabric';

import { builtBy } from './build.ts';
import { checkChange } from './check-change.ts';
import { approve, cancel, estimate } from './order-commands.ts';
import { nothingDone, orderSchema } from './order-fields.ts';
import { fromFirstSchema } from './order-migration.ts';
import { orderPorts } from './order-ports.ts';

/**
 * A customer's order. Once it is confirmed it is picked, shipped, tracked, verified and paid, each by a partner; when
 * one of them fails for good, or it is canceled, what they did is taken back.
 */
export const order = defineModel({
  modelName: 'order',
  endpoint: 'orders',
  domain: 'sales',
  schemaVersion: 2,
  schema: orderSchema,
  migrate: { 1: fromFirstSchema },
  factory:
    ({ uuid }) =>
    (input) => ({
      customerId: null,
      note: '',
      shippingAddress: '',
      ...input,
      orderNo: uuid(),
      orderStatus: 'PENDING',
      ...nothingDone(),
      estimate: null,
      builtBy,
    }),
  approvedChanges: ['orderItems', 'note', 'shippingAddress'],
  validate: checkChange,
  sync: { handOver: 'state' },
  relations: { customer: { modelName: 'customer', type: 'manyToOne', foreignKey: 'customerId' } },
  ports: orderPorts,
  commands: {
    approve: { command: approve, acl: ['approve'], producesEvent: 'orderApproved' },
    cancel: { command: cancel, acl: ['write'] },
    estimate: { command: estimate, acl: ['write'] },
  },
  accessControlList: {
    create: ['owner'],
    read: ['owner', 'role:clerk', 'role:partner'],
    write: ['owner'],
    delete: ['owner'],
    approve: ['owner', 'role:clerk'],
    hearCarrier: ['role:partner'],
  },
  onConflict: resolve,
});

/**
 * Two notes written apart are both kept, once each; a step that comes late changes no status that was decided
 * meanwhile; of anything else the later one stands.
 */
function resolve({ mine, theirs }: { readonly mine: PlainRecord; readonly theirs: PlainRecord }): PlainRecord {
  const status = mine['orderStatus'] === undefined ? {} : { orderStatus: theirs['orderStatus'] ?? 'PENDING' };
  const [ours, others] = [mine['note'], theirs['note']];
  if (typeof ours !== 'string' || typeof others !== 'string') return status;
  const parts = [ours, others].filter((part) => part !== '');
  return { ...status, note: parts.join(' / ').slice(0, 1000) };
}
