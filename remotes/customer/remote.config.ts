import type { RemoteDescription } from '@testudo/remote-preset';

/** The model of customers. */
export const remote: RemoteDescription = {
  name: 'customer',
  kind: 'model',
  version: '1.0.0',
  exposes: { './models': './models.ts' },
};
