import { expect, test } from 'vitest';

import type { Sidecar } from '../catalog/sidecar.ts';
import { demandBuiltins } from './granted-builtins.ts';

const asks = (...builtins: string[]): Sidecar => ({ name: 'wire', capabilities: { builtins } }) as unknown as Sidecar;
const host = (runtime: 'node' | 'browser', ...wire: string[]) => ({
  runtime,
  configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: { wire }, trace: false },
});

test('built-ins - what is asked for and granted is given, and no more', () => {
  expect(demandBuiltins(asks('node:net'), host('node', 'node:net', 'node:fs'))).toEqual(['node:net']);
  expect(demandBuiltins(asks(), host('browser', 'node:net'))).toEqual([]);
});

test.each([
  ['in a browser, whatever is granted', asks('node:net'), host('browser', 'node:net'), 'a browser has none'],
  ['one of them is not granted', asks('node:net', 'node:tls'), host('node', 'node:net'), 'node:tls; grant it'],
])('built-ins - a build is refused: %s', (_what, sidecar, options, said) => {
  expect(() => demandBuiltins(sidecar, options)).toThrow(
    expect.objectContaining({ code: 'CAPABILITY_DENIED', message: expect.stringContaining(said) }),
  );
});
