import type { RemoteDescription } from '@testudo/remote-preset';

/** The model of articles. */
export const remote: RemoteDescription = {
  name: 'inventory',
  kind: 'model',
  version: '1.0.0',
  exposes: { './models': './models.ts' },
};
