import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';

import { directoryBuildStore } from './directory-build-store.ts';

let directory: string;
const build = { sidecar: { global: 'testudo_order_b1' } } as AdmittedBuild;
const bytes = new TextEncoder().encode('text').buffer;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('nobody but its owner may read it', async () => {
  const store = directoryBuildStore(join(directory, 'data'));
  await store.put(build, 'a.js', bytes);
  await store.writeSnapshot({ revision: 1, builds: [] });
  const modeOf = (path: string): number => statSync(join(directory, 'data', path)).mode & 0o777;
  expect(['', 'builds', 'builds/testudo_order_b1'].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
  expect(['snapshot.json', 'builds/testudo_order_b1/a.js'].map(modeOf)).toEqual([0o600, 0o600]);
});
