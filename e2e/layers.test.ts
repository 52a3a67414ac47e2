import { expect, test } from 'vitest';

import { importSpecifiers } from './import-specifiers.ts';
import { findViolations } from './layer-check.ts';
import { allowedEdges } from './layer-rules.ts';
import { readSources } from './source-files.ts';

const planted = (from: string, source: string): number => findViolations(new Map([[from, source]])).length;

test('layers - the tree as it is has no forbidden import', () => {
  expect(findViolations(readSources())).toEqual([]);
});

test('layers - the check reads the tree, not an empty list', () => {
  expect(readSources().has('fabric/error.ts')).toBe(true);
  expect(readSources().size).toBeGreaterThan(30);
});

test.each([
  ['fabric/sync/feed.ts', "import type { MeshNode } from '../mesh/mesh-node.ts';"],
  ['fabric/realm/realm-handle.ts', "import type { Wire } from '../sync/wire.ts';"],
  ['fabric/store/query.ts', "import { bind } from '../port/bind.ts';"],
  ['fabric/record/op.ts', "import { createHost } from '../host/create-host.ts';"],
  ['fabric/error.ts', "import { authorize } from './access/authorize.ts';"],
  ['fabric/host/create-host.ts', "export { shell } from '../../shell/main.ts';"],
  ['fabric/host/create-host.ts', "import { readFile } from 'node:fs/promises';"],
  ['shell/cache-build-store.ts', "import type { Host } from '@testudo/fabric/host/host-api';"],
  ['shell/indexeddb-datasource.ts', "import type { Op } from '@testudo/fabric/record/op';"],
  ['shell/main.ts', "await import('../server-bridge/main.ts');"],
  ['sw/sw.ts', "import '../shell/main.ts';"],
  ['remotes/order/order.ts', "import { TestudoError } from '@testudo/fabric/error';"],
  ['remotes/order/order.ts', "import { customer } from '../customer/customer.ts';"],
  ['e2e/whole-day.spec-tools.ts', "import { createHost } from '../fabric/host/create-host.ts';"],
  ['server-bridge/demo/start.ts', "new Worker(new URL('../../shell/realm-worker.ts', import.meta.url));"],
  ['somewhere/new.ts', ''],
])('layers - a violation planted in %s is found', (from, source) => {
  expect(planted(from, source)).toBe(1);
});

test.each([
  ['fabric/host/create-host.ts', "import { serve } from '../mesh/mesh-node.ts';"],
  ['fabric/sync/feed.ts', "import type { Datasource } from '../store/datasource.ts';"],
  ['shell/indexeddb-datasource.ts', "import type { Datasource } from '@testudo/fabric/store/datasource';"],
  ['remotes/order/order.ts', "import { defineModel } from '@testudo/fabric';"],
  ['remotes/order/order.ts', "import { fields } from './fields.ts';"],
  ['e2e/crash.ts', "import { start } from '../server-bridge/demo/start.ts';"],
])('layers - what the design allows in %s passes', (from, source) => {
  expect(planted(from, source)).toBe(0);
});

test('layers - every form of import is read, comments and strings are not', () => {
  const source = [
    "import type { A } from './a.ts';",
    'import {',
    '  b,',
    "} from './b.ts';",
    "export * from './c.ts';",
    "import './d.ts';",
    "const e = await import('./e.ts');",
    "// import './no.ts';",
    "/** import './no.ts' */",
    "const text = 'imported from';",
  ].join('\n');
  expect([...importSpecifiers(source)].sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
});

test('layers - every exception states its reason', () => {
  for (const { reason } of allowedEdges) expect(reason.length).toBeGreaterThan(20);
});
