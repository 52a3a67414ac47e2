import type { RemoteDescription } from '@testudo/remote-preset';

/** The shop: products, a basket, orders that are kept before they are sent. */
export const remote: RemoteDescription = {
  name: 'store',
  kind: 'ui',
  version: '1.0.0',
  exposes: { './app': './app.tsx' },
  shared: 'react19',
};
