import type { ConfigurationFile } from './server-bridge/configuration.ts';

/** What this deployment is: read by `server-bridge`, which renders the shell's part of it as `/config.json`. */
export const configuration: ConfigurationFile = {
  mode: 'development',
  address: '127.0.0.1',
  port: 8080,
  data: '.testudo',
  tenant: 'main',
  hostNames: [],
  allowedOrigins: [],
  users: { ada: ['customer'], sam: ['clerk'], carrier: ['partner'] },
  bindings: {
    adapters: {
      'order.pickOrder': 'fulfilment#pickOrder',
      'order.returnOrder': 'fulfilment#returnOrder',
      'order.shipOrder': 'fulfilment#shipOrder',
      'order.cancelShipment': 'fulfilment#cancelShipment',
      'order.trackShipment': 'fulfilment#trackShipment',
      'order.stopTracking': 'fulfilment#stopTracking',
      'order.verifyDelivery': 'fulfilment#verifyDelivery',
      'order.reopenDelivery': 'fulfilment#reopenDelivery',
      'order.completePayment': 'payments#completePayment',
      'order.refundPayment': 'payments#refundPayment',
      'offer.rankOffers': 'offers#rankOffersWasm',
    },
    services: { inventory: 'fulfilment#inventory', shipping: 'fulfilment#shipping', payments: 'payments#payments' },
  },
  endpoints: {
    warehouse: 'http://localhost:8090',
    carrier: 'http://localhost:8091',
    bank: 'http://localhost:8092',
  },
  grants: { fulfilment: ['endpoint:warehouse', 'endpoint:carrier'], payments: ['endpoint:bank'] },
};
