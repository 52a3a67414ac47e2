import type { RemoteDescription } from '@testudo/remote-preset';

/** The live proof: one order and one build, here, on the server and on a second device. */
export const remote: RemoteDescription = {
  name: 'proof',
  kind: 'ui',
  version: '1.0.0',
  exposes: { './app': './app.tsx' },
  shared: 'react19',
};
