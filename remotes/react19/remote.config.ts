import type { RemoteDescription } from '@testudo/remote-preset';

/** React 19, shared by every UI remote that asks for it; fetched when the first of them needs it. */
export const remote: RemoteDescription = {
  name: 'react19',
  kind: 'library',
  version: '19.3.1',
  exposes: { './library': './library.ts' },
  provides: ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime'],
};
