import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test, vi } from 'vitest';

import { unwrap } from '@testudo/fabric/error';

import { buildForeign } from '../remotes/preset/fixtures/build-foreign.ts';
import { startNodeRealm } from './node-realm.ts';

// A thread that starts from sources takes seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const root = mkdtempSync(join(tmpdir(), 'testudo-foreign-'));
afterAll(() => rmSync(root, { recursive: true }));

test('a model of another preset runs in a locked down realm, with the federation runtime that it brings', async () => {
  const { path, sidecar } = await buildForeign(root);
  const realm = await startNodeRealm('foreign', {
    bytes: async (_global, file) => ({ ok: true, value: new Uint8Array(await readFile(join(path, file))).buffer }),
    fetch: async () => ({ ok: false, error: { code: 'CAPABILITY_DENIED', message: 'not granted' } }),
  });
  try {
    unwrap(await realm.api.load({ sidecar, endpoints: {} }));
    const intent = { modelName: 'tally', id: 't1', kind: 'create', current: null, version: 0, command: null } as const;
    const [decision] = await realm.api.decide([{ ...intent, at: 'origin', input: {}, patch: null }]);
    expect(unwrap(decision!)).toMatchObject({ fields: { marks: 3 }, build: sidecar.global });
  } finally {
    await realm.terminate();
  }
});
