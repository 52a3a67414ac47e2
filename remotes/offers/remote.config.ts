import type { RemoteDescription } from '@testudo/remote-preset';

/** The model of offers, and two adapters that rank them: in JavaScript and in WebAssembly. */
export const remote: RemoteDescription = {
  name: 'offers',
  kind: 'model',
  version: '1.0.0',
  exposes: { './models': './models.ts', './adapters': './adapters.ts' },
  wasm: [
    {
      source: './assembly/rank.ts',
      exposes: './adapters',
      interface: 'plain',
      functions: ['rankOffersWasm'],
      imports: ['env.abort'],
      maxPages: 512,
    },
  ],
};
