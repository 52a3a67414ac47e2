import { freezeProperties, requireProperties, validateProperties } from '../mixins.ts';

/** Older code knows no types: what it says of an object is whatever it finds. */
export type Loose = ReturnType<typeof JSON.parse>;

const secret = Symbol('secret');

const shortId = (length: number): string => Math.random().toString(16).slice(2).padEnd(length, '0').slice(0, length);

const makeParcelFactory = (dependencies: Loose) =>
  async function createParcel(input: Loose) {
    return Object.freeze({
      parcelNo: dependencies.uuid(),
      status: 'NEW',
      lines: [],
      ...input,
      grossWeight(this: Loose) {
        return (this.weight ?? 0) + 1;
      },
    });
  };

const sealing = (parcel: Loose) => ({
  ...parcel,
  [secret]: 'seal',
  decrypt(this: Loose) {
    return this.update({ opened: `${this[secret]} of ${this.to}` });
  },
});

function validateModel(parcel: Loose, changes: Loose, eventMask: number) {
  if (eventMask & 1 && parcel.status === 'GONE') throw new Error('a parcel that is gone stays as it is');
  if (eventMask & 2 && parcel.to === 'nowhere') throw new Error('nowhere is no place');
  if (eventMask & 4 && parcel.status === 'LOST') throw new Error('a lost parcel cannot be had');
  const to = typeof changes.to === 'string' ? { to: changes.to.trim() } : {};
  return { ...parcel, ...changes, ...to };
}

async function readyToDelete(parcel: Loose) {
  if (parcel.status === 'WEIGHED') throw new Error('a weighed parcel is on its way');
  return parcel;
}

function weighed({ model: parcel }: Loose, payload: Loose) {
  return parcel.update({ weight: payload.weight, status: 'WEIGHED' });
}

async function unweigh(parcel: Loose) {
  await parcel.update({ weight: null, status: 'NEW' });
}

const hold = ({ model }: Loose) => ({ weight: 0, held: model.to });

const release = (parcel: Loose) => parcel.update({ status: 'GONE' });

function handleParcelEvent() {
  return undefined;
}

/** A specification of the older shape with every oddity of `docs/models.md`. */
export const Parcel: Loose = {
  endpoint: 'parcels',
  factory: makeParcelFactory,
  dependencies: { uuid: () => shortId(8) },
  domain: 'parcel',
  mixins: [
    requireProperties('to', (parcel) => (parcel.insured ? ['value'] : [])),
    freezeProperties('parcelNo'),
    validateProperties([{ propKey: 'weight', typeof: 'number', max: 1000 }]),
    sealing,
  ],
  validate: validateModel,
  onDelete: readyToDelete,
  eventHandlers: [handleParcelEvent],
  ports: {
    listen: { service: 'Event', type: 'outbound', timeout: 0 },
    notify: { service: 'Event', type: 'outbound', timeout: 0 },
    weigh: {
      service: 'Scale',
      type: 'outbound',
      keys: 'weight',
      consumesEvent: 'parcelReady',
      producesEvent: 'parcelWeighed',
      callback: weighed,
      undo: unweigh,
      circuitBreaker: {
        portTimeout_weigh_parcel: { callVolume: 2, errorRate: 1, intervalMs: 5000 },
        default: { callVolume: 3, errorRate: 3, intervalMs: 60000, fallbackFn: hold },
      },
    },
    ship: {
      service: 'Carrier',
      type: 'outbound',
      consumesEvent: 'parcelWeighed',
      producesEvent: 'parcelShipped',
      disabled: true,
    },
    track: { service: 'Test', type: 'inbound', timeout: 0, methods: ['patch'] },
  },
  relations: {
    sender: { modelName: 'customer', type: 'manyToOne', foreignKey: 'senderId', desc: 'who sends it' },
    items: { modelName: 'item', type: 'containsMany', foreignKey: 'itemId', arrayKey: 'lines' },
  },
  commands: { decrypt: { command: 'decrypt', acl: ['read', 'decrypt'] }, release },
  routes: [
    {
      path: '/parcels/:id',
      get: async (req: Loose, _res: Loose, ports: Loose) => ports.findModel(req.params.id),
    },
  ],
  accessControlList: {
    admin: { allow: ['read', 'write'], type: 'role' },
    owner: { allow: 'read', deny: 'delete', type: 'relation' },
  },
  datasource: { factory: class MyDataSource {}, url: 'mongodb://old', cacheSize: 4000, baseClass: 'DataSourceFile' },
};
