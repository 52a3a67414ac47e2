import type { RemoteDescription } from '@testudo/remote-preset';

/** The help page: no framework, to show that none is needed. */
export const remote: RemoteDescription = {
  name: 'help',
  kind: 'ui',
  version: '1.0.0',
  exposes: { './app': './app.ts' },
};
