import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import type { Principal } from '@testudo/fabric/access/principal';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import { memoryLinkPair } from '@testudo/fabric/mesh/memory-link';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Plain } from '@testudo/fabric/plain';
import type { Op } from '@testudo/fabric/record/op';
import type { PushReply } from '@testudo/fabric/sync/wire';

import { buildFixtures } from '../remotes/preset/fixtures/build-fixtures.ts';
import { hostile } from '../remotes/preset/fixtures/fixtures.ts';
import { nodePlatform } from './node-platform.ts';
import { startRealmHost } from './testing/realm-host.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'testudo-deadly-'));
const eve: Principal = { user: 'eve', roles: [], tenant: 'main' };
const started = {} as { host: RunningHost; guest: MeshNode; reported: readonly unknown[] };

beforeAll(async () => {
  const builds = await buildFixtures([hostile], root);
  const { host, mesh, use, reported } = await startRealmHost({ realmLimits: { hookMs: 1500 } });
  await use(builds);
  const guest = createMeshNode({ id: 'browser-eve', platform: nodePlatform(() => undefined), local: eve });
  const [here, there] = memoryLinkPair();
  mesh.attach(there, { role: 'node', id: 'browser-eve', principal: eve });
  guest.attach(here, { role: 'switch' });
  Object.assign(started, { host, guest, reported });
}, 60_000);

afterAll(async () => {
  await started.host?.close();
  rmSync(root, { recursive: true });
});

function op(counter: number, changes: Partial<Op>): Op {
  return {
    ...{ partition: 'main/hostile', replica: 'browser-eve', counter, modelName: 'hostile', id: 'h', schemaVersion: 1 },
    ...{ kind: 'command', command: 'misbehave', input: null, baseVersion: 1, requestId: '', step: null, atMs: 0 },
    patch: { set: {}, unset: [], base: {} },
    ...changes,
  };
}

async function push(...ops: readonly Op[]): Promise<PushReply> {
  const request = { replica: 'browser-eve', ops } as unknown as Plain;
  return (await started.guest.request('sync.main.hostile.push', request)) as unknown as PushReply;
}

const restarts = async (): Promise<number> => (await started.host.inspect()).realms['main']?.restarts ?? -1;

test('a pushed op that loops ends the realm of all once, is found out in realms of its own, and is refused for good', async () => {
  const create = op(1, { kind: 'create', command: null, input: {} });
  const deadly = op(2, { input: 'loop' });
  const after = op(3, { input: 'throw later' });
  expect((await push(create)).results).toMatchObject([{ status: 'accepted' }]);
  await expect(push(deadly, after)).rejects.toMatchObject({ code: 'REALM_LOST' });
  const begin = performance.now();
  const { results, mark } = await vi.waitFor(() => push(deadly, after), { timeout: 40_000, interval: 100 });
  console.log(`found out ${Math.round(performance.now() - begin)} ms after it had ended the realm of all`);
  expect(results).toMatchObject([{ status: 'refused', error: { code: 'HOOK_TIMEOUT' } }, { status: 'accepted' }]);
  expect(mark).toBe(3);
  expect(await restarts()).toBe(1);
  expect((await push(deadly)).results).toMatchObject([{ status: 'refused', error: { code: 'HOOK_TIMEOUT' } }]);
  expect(await restarts()).toBe(1);
});
