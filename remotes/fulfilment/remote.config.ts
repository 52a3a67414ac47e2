import type { RemoteDescription } from '@testudo/remote-preset';

/** The way to the warehouse: its client library and the adapter that serves an order's port with it. */
export const remote: RemoteDescription = {
  name: 'fulfilment',
  kind: 'adapter',
  version: '1.0.0',
  exposes: { './adapters': './adapters.ts', './services': './services.ts' },
  capabilities: { fetch: ['endpoint:warehouse'] },
};
