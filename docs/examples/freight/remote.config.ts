import type { RemoteDescription } from '@testudo/remote-preset';

/** A model in C, and no script at all. */
export const remote: RemoteDescription = {
  name: 'freight',
  kind: 'model',
  version: '1.0.0',
  exposes: {},
  wasm: [{ source: './freight.wasm', exposes: './models', interface: 'plain', imports: ['testudo.log'], maxPages: 2 }],
};
