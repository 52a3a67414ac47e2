import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { Plain } from '../plain.ts';
import type { ModelReport } from '../spec/model-report.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { memoryLinkPair } from '../mesh/memory-link.ts';
import { authorityRole } from './authority-role.ts';
import { feedViewOf } from './feed-views.ts';
import { createModelRegistry } from './model-registry.ts';
import type { PartitionOptions } from './partitions.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: ['clerk', 'night'], tenant: 'main' };
const host: Principal = { user: 'host:x', roles: ['host'], tenant: 'main' };

const model = (changes: Partial<ModelReport> = {}): ModelReport => ({
  ...{ modelName: 'thing', endpoint: 'things', domain: 'd', schemaVersion: 1, remote: 'r', build: 'b' },
  ...{ ports: {}, commands: {}, relations: {} },
  accessControlList: { read: ['owner', 'role:clerk', 'role:host'] },
  ...changes,
});
const row = { id: 'a', version: 1, owner: 'ada', createdMs: 1, updatedMs: 1, fields: { status: 'OPEN', n: 5 } };
const digest = (report: ModelReport, who = sam, node = 'n1'): string => feedViewOf(report, who, node).digest;
const where = (condition: NonNullable<ModelReport['syncScope']> & object) => model({ syncScope: condition });

test('a view is another one for other rules, scopes, users, roles and nodes, and the same for the same', () => {
  const views = [
    digest(model()),
    digest(model({ accessControlList: { read: ['owner'] } })),
    digest(model({ syncScope: 'owner' })),
    digest(where({ where: { status: 'OPEN' } })),
    digest(where({ where: { status: 'DONE' } })),
    digest(model(), { ...sam, user: 'eve' }),
    digest(model(), { ...sam, roles: ['clerk'] }),
    digest(model(), { ...sam, tenant: 'other' }),
    digest(model(), sam, 'n2'),
  ];
  expect(new Set(views).size).toBe(views.length);
  for (const view of views) expect(view).toMatch(/^[a-z0-9]{5,12}$/);
  expect(digest(model({ build: 'b2', accessControlList: { ...model().accessControlList, write: ['owner'] } }))).toBe(
    views[0],
  );
  expect(digest(model(), { ...sam, roles: ['night', 'clerk'] })).toBe(views[0]);
});

test.each([
  ['all', model(), sam, true],
  ['all, who may not read', model(), { ...sam, roles: [] }, false],
  ['owner, another', model({ syncScope: 'owner' }), sam, false],
  ['owner, himself', model({ syncScope: 'owner' }), ada, true],
  ['owner, a host', model({ syncScope: 'owner' }), host, true],
  ['a condition that holds', where({ where: { status: 'OPEN', n: { gt: 4 } } }), sam, true],
  ['a condition that does not', where({ where: { status: 'OPEN', n: { gt: 5 } } }), sam, false],
  ['a condition with the user', where({ where: { '@owner': '$user' } }), ada, true],
  ['a condition with another user', where({ where: { '@owner': { in: ['$user', '$tenant'] } } }), sam, false],
  ['a condition within others', where({ where: { not: { or: [{ '@owner': { ne: '$user' } }] } } }), ada, true],
  ['a condition that holds for who may not read', where({ where: {} }), { ...sam, roles: [] }, false],
])('scope %s', (_what, report, who, isSeen) => {
  expect(feedViewOf(report, who, 'n1').sees(row, null)).toBe(isSeen);
});

test('a node sees what it has to finish, and what its user may read alone', () => {
  const report = model({ syncScope: 'owner' });
  expect(feedViewOf(report, sam, 'n1').sees(row, 'n1')).toBe(true);
  expect(feedViewOf(report, sam, 'n1').sees(row, 'n2')).toBe(false);
  expect(feedViewOf(report, { ...sam, roles: [] }, 'n1').sees(row, 'n1')).toBe(false);
});

test('a build with other rules has every follower ask anew, and one with the same rules nobody', async () => {
  const platform = virtualPlatform();
  const mesh = createMeshNode({ id: 'server', platform, local: host, policy: () => true });
  const node = createMeshNode({ id: 'sam-1', platform, local: sam });
  const [here, there] = memoryLinkPair();
  mesh.attach(there, { role: 'node', id: 'sam-1', principal: sam });
  node.attach(here, { role: 'switch' });
  const heard: Plain[] = [];
  node.subscribe('live.main.thing', (body) => heard.push(body));
  const registry = createModelRegistry();
  const load = (report: ModelReport): void => registry.replace({ remote: 'r', models: [report] });
  load(model());
  const options = { node: 'server', tenant: 'main', platform, datasource: memoryDatasource(), mesh, registry };
  const partition = await authorityRole.partitions(options as unknown as PartitionOptions).open('thing');
  partition.index([]);
  await settled();
  await node.request('sync.main.thing.pull', { since: null, limit: 10, credits: 10 });
  load(model({ build: 'b2' }));
  partition.index([]);
  await settled();
  expect(heard).toEqual([]);
  load(model({ syncScope: 'owner' }));
  partition.index([]);
  await settled();
  expect(heard).toEqual([null]);
});
