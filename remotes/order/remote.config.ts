import type { RemoteDescription } from '@testudo/remote-preset';

/** The model of orders; its ports are served by other remotes. */
export const remote: RemoteDescription = {
  name: 'order',
  kind: 'model',
  version: '1.0.0',
  exposes: { './models': './models.ts' },
};
