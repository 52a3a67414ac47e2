import { defineModel } from '@testudo/fabric';
import type { ModelObject, Plain, PlainRecord, ValidationContext } from '@testudo/fabric';

import { builtBy } from './build.ts';
import { orderSchema } from './order-fields.ts';
import type { OrderFields } from './order-fields.ts';

/** A customer's order: picked by the warehouse's partner as soon as it is created, returned there when it is canceled. */
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
  validate: check,
  relations: { customer: { modelName: 'customer', type: 'manyToOne', foreignKey: 'customerId' } },
  ports: {
    pickOrder: {
      type: 'outbound',
      service: 'inventory',
      consumesEvent: 'orderCreated',
      producesEvent: 'orderPicked',
      timeout: 3000,
      maxRetry: 5,
      writes: ['pickId', 'shelf', 'pickedAt', 'orderStatus'],
      callback: picked,
      undo: 'returnOrder',
    },
    returnOrder: {
      type: 'outbound',
      service: 'inventory',
      timeout: 3000,
      maxRetry: 5,
      writes: ['pickId', 'shelf', 'pickedAt'],
      callback: () => ({ pickId: null, shelf: null, pickedAt: null }),
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

/** The last word on every change, also on those that another host has made: it need not have run this code. */
function check({ fields }: ModelObject<OrderFields>, { kind, changes, before }: ValidationContext): void {
  if (kind === 'create') return checkNew(fields);
  if (kind === 'update' && Object.keys(changes).length > 0 && fields.orderStatus === 'CANCELED')
    throw new Error('a canceled order cannot be changed; place a new one');
  if (kind === 'command' || changes['orderStatus'] === undefined) return;
  const isPick = kind === 'flow' && before['orderStatus'] === 'PENDING' && fields.orderStatus === 'PICKED';
  if (!isPick)
    throw new Error(`an order becomes ${fields.orderStatus} by a command only, PICKED by a pick while PENDING`);
}

/** A received create has not passed the factory here. */
function checkNew({ orderStatus, pickId, shelf, pickedAt, estimate }: OrderFields): void {
  const isNew = [pickId, shelf, pickedAt, estimate].every((field) => field === null);
  if (orderStatus !== 'PENDING' || !isNew) throw new Error('a new order is PENDING, and neither picked nor estimated');
}

/** A canceled order keeps its status: what the warehouse did is noted all the same. */
function picked({ model }: { readonly model: ModelObject }, { pickId, shelf, pickedAt }: PlainRecord): PlainRecord {
  const orderStatus = model.fields['orderStatus'] === 'PENDING' ? { orderStatus: 'PICKED' } : {};
  return { pickId: pickId ?? null, shelf: shelf ?? null, pickedAt: pickedAt ?? null, ...orderStatus };
}

function approve(model: ModelObject): PlainRecord {
  if (model.fields['orderStatus'] === 'CANCELED') throw new Error('a canceled order cannot be approved');
  return { orderStatus: 'APPROVED' };
}

/** What the warehouse has picked goes back. */
function cancel(model: ModelObject): ModelObject {
  if (model.fields['orderStatus'] === 'APPROVED') throw new Error('an approved order cannot be canceled; ask a clerk');
  return model.update({ orderStatus: 'CANCELED' }).compensate();
}

/** Records a delivery estimate; its rules are a lazy chunk of this build. */
async function estimate(model: ModelObject, _input: Plain): Promise<PlainRecord> {
  const { estimateDelivery } = await import('./estimate.ts');
  return { estimate: estimateDelivery(model.fields as unknown as OrderFields) };
}

/**
 * Two notes written apart are both kept, once each; a pick that comes late changes no status that a command has set;
 * of anything else the later one stands.
 */
function resolve({ mine, theirs }: { readonly mine: PlainRecord; readonly theirs: PlainRecord }): PlainRecord {
  const status = mine['orderStatus'] === undefined ? {} : { orderStatus: theirs['orderStatus'] ?? 'PENDING' };
  const [ours, others] = [mine['note'], theirs['note']];
  if (typeof ours !== 'string' || typeof others !== 'string') return status;
  const parts = [ours, others].filter((part) => part !== '');
  return { ...status, note: parts.join(' / ').slice(0, 1000) };
}
