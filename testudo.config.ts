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
  users: { ada: ['customer'], sam: ['clerk'] },
  bindings: {
    adapters: {
      'order.pickOrder': 'fulfilment#pickOrder',
      'order.returnOrder': 'fulfilment#returnOrder',
      'offer.rankOffers': 'offers#rankOffersWasm',
    },
    services: { inventory: 'fulfilment#inventory' },
  },
  endpoints: { warehouse: 'http://localhost:8090' },
  grants: { fulfilment: ['endpoint:warehouse'] },
};
