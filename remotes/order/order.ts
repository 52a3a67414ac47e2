import { defineModel } from '@testudo/fabric';
import type { ModelObject, Plain, PlainRecord } from '@testudo/fabric';

import { builtBy } from './build.ts';
import { orderSchema } from './order-fields.ts';
import type { OrderFields } from './order-fields.ts';

/** A customer's order: picked by the warehouse's partner as soon as it is created. */
export const order = defineModel({
  modelName: 'order',
  endpoint: 'orders',
  domain: 'sales',
  schema: orderSchema,
  factory:
    ({ uuid }) =>
    (input) => ({
      customerId: null,
      note: '',
      shippingAddress: '',
      ...input,
      orderNo: uuid(),
      orderStatus: 'PENDING',
      pickId: null,
      shelf: null,
      pickedAt: null,
      estimate: null,
      builtBy,
    }),
  approvedChanges: ['orderItems', 'note', 'shippingAddress'],
  validate: (model, { kind, changes }) => {
    const isChangedByUser = kind === 'update' && Object.keys(changes).length > 0;
    if (isChangedByUser && model.fields.orderStatus === 'CANCELED')
      throw new Error('a canceled order cannot be changed; place a new one');
  },
  relations: { customer: { modelName: 'customer', type: 'manyToOne', foreignKey: 'customerId' } },
  ports: {
    pickOrder: {
      type: 'outbound',
      service: 'inventory',
      consumesEvent: 'orderCreated',
      producesEvent: 'orderPicked',
      timeout: 3000,
      maxRetry: 5,
      callback: picked,
    },
  },
  commands: {
    approve: { command: approve, acl: ['approve'] },
    cancel: { command: cancel, acl: ['write'] },
    estimate: { command: estimate, acl: ['write'] },
  },
  accessControlList: {
    create: ['owner'],
    read: ['owner', 'role:clerk'],
    write: ['owner'],
    delete: ['owner'],
    approve: ['role:clerk'],
  },
  onConflict: resolve,
});

/** A canceled order keeps its status: what the warehouse did is noted all the same. */
function picked({ model }: { readonly model: ModelObject }, { pickId, shelf, pickedAt }: PlainRecord): PlainRecord {
  const orderStatus = model.fields['orderStatus'] === 'PENDING' ? { orderStatus: 'PICKED' } : {};
  return { pickId: pickId ?? null, shelf: shelf ?? null, pickedAt: pickedAt ?? null, ...orderStatus };
}

function approve(model: ModelObject): PlainRecord {
  if (model.fields['orderStatus'] === 'CANCELED') throw new Error('a canceled order cannot be approved');
  return { orderStatus: 'APPROVED' };
}

function cancel(model: ModelObject): PlainRecord {
  if (model.fields['orderStatus'] === 'APPROVED') throw new Error('an approved order cannot be canceled; ask a clerk');
  return { orderStatus: 'CANCELED' };
}

/** Records a delivery estimate; its rules are a lazy chunk of this build. */
async function estimate(model: ModelObject, _input: Plain): Promise<PlainRecord> {
  const { estimateDelivery } = await import('./estimate.ts');
  return { estimate: estimateDelivery(model.fields as unknown as OrderFields) };
}

/** Two notes written apart are both kept, once each; of anything else the later one stands. */
function resolve({ mine, theirs }: { readonly mine: PlainRecord; readonly theirs: PlainRecord }): PlainRecord {
  const [ours, others] = [mine['note'], theirs['note']];
  if (typeof ours !== 'string' || typeof others !== 'string') return {};
  const parts = [ours, others].filter((part) => part !== '');
  return { note: parts.join(' / ').slice(0, 1000) };
}
