import type { RemoteDescription } from '@testudo/remote-preset';

/** The way to the warehouse and to the carrier: their client libraries, and the adapters that serve an order's ports with them. */
export const remote: RemoteDescription = {
  name: 'fulfilment',
  kind: 'adapter',
  version: '1.0.0',
  exposes: { './adapters': './adapters.ts', './services': './services.ts' },
  capabilities: { fetch: ['endpoint:warehouse', 'endpoint:carrier'] },
};
