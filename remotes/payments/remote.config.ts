import type { RemoteDescription } from '@testudo/remote-preset';

/** The way to the bank: its client library, and the adapters that serve an order's payment with it. */
export const remote: RemoteDescription = {
  name: 'payments',
  kind: 'adapter',
  version: '1.0.0',
  exposes: { './adapters': './adapters.ts', './services': './services.ts' },
  capabilities: { fetch: ['endpoint:bank'] },
};
