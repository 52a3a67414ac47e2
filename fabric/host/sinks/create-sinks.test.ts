import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import { createMeshNode } from '../../mesh/create-mesh-node.ts';
import { memoryLinkPair } from '../../mesh/memory-link.ts';
import { relay } from '../../mesh/relay.ts';
import { hostMeshPolicy } from '../mesh-policy.ts';
import { memoryDatasource } from '../../store/memory-datasource.ts';
import { modelWorld } from '../../testing/model-world.ts';
import { scriptedSink } from '../../testing/sink-world.ts';
import { settled, virtualPlatform } from '../../testing/virtual-platform.ts';
import { brokerSink } from './broker-sink.ts';
import { createSinks, type WantedSink } from './create-sinks.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  commands: { approve: { command: () => ({ approved: true }), producesEvent: 'thingApproved' } },
  serializers: [{ on: 'serialize', key: 'inner', value: () => undefined }],
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
};
const wantedBy = (name: string, to: WantedSink['to'], changes: Partial<WantedSink> = {}): WantedSink => ({
  ...{ name, to, events: ['*'], from: 'start' },
  ...changes,
});

test('sinks - a host forwards each change by its events’ names, and its fields as they leave by a door', async () => {
  const [all, approvals, others] = [scriptedSink(), scriptedSink(), scriptedSink()];
  const sinks = createSinks(
    [
      wantedBy('all', all),
      wantedBy('approvals', approvals, { events: ['thingApproved'] }),
      wantedBy('others', others, { models: ['other'] }),
    ],
    virtualPlatform(),
  );
  const { server } = await modelWorld(model, {}, memoryDatasource(), { sinks });
  const thing = { modelName: 'thing' } as const;
  const { state } = await server.write({ ...thing, kind: 'create', input: { n: 1, inner: 'secret' } }, ada);
  await server.write({ ...thing, kind: 'command', id: state.id, command: 'approve', input: null }, ada);
  await server.write({ ...thing, kind: 'delete', id: state.id, input: null }, ada);
  await settled();
  expect(all.attempts.flatMap(({ records }) => records)).toMatchObject([
    { names: ['thingCreated'], kind: 'create', user: 'ada', fields: { n: 1 } },
    { names: ['thingUpdated', 'thingApproved'], kind: 'command', command: 'approve', fields: { n: 1, approved: true } },
    { names: ['thingDeleted'], kind: 'delete', deleted: true },
  ]);
  expect(JSON.stringify(all.attempts)).not.toContain('secret');
  expect(approvals.attempts.flatMap(({ records }) => records)).toMatchObject([{ seq: 2 }]);
  expect(others.attempts).toEqual([]);
  const { sinks: told } = await server.inspect();
  expect(told.map(({ sink, seq, state: standing }) => [sink, seq, standing])).toEqual([
    ['all', 3, 'idle'],
    ['approvals', 3, 'idle'],
  ]);
  await sinks.close();
});

test('sinks - what the broker gets is for hosts: no user’s device hears of it', async () => {
  const platform = virtualPlatform();
  const policy = hostMeshPolicy({ tenant: 'main', trace: true });
  const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
  const mesh = createMeshNode({ id: 'server-1', platform, relay, local, policy });
  const heard: string[] = [];
  for (const principal of [ada, { user: 'host:server-2', roles: ['host'], tenant: 'main' }]) {
    const id = principal.user.replace(':', '-');
    const node = createMeshNode({ id, platform, local: principal });
    const [here, there] = memoryLinkPair();
    mesh.attach(there, { role: 'node', id, principal });
    node.attach(here, { role: 'switch' });
    for (const pattern of ['sink.>', 'sink.main.audit.thing']) {
      node.subscribe(pattern, (_body, { subject }) => void heard.push(`${id} ${subject}`));
    }
  }
  await settled();
  const batch = { delivery: 'd', sink: 'audit', modelName: 'thing', records: [] };
  await brokerSink(mesh, { tenant: 'main' }).deliver(batch, new AbortController().signal);
  await settled();
  expect(new Set(heard)).toEqual(new Set(['host-server-2 sink.main.audit.thing']));
  mesh.close();
});

test('sinks - a host that has them and is closed leaves nothing running', async () => {
  const sinks = createSinks([wantedBy('all', scriptedSink())], virtualPlatform());
  const { server, platform } = await modelWorld(model, {}, memoryDatasource(), { sinks });
  await sinks.close();
  await server.close();
  expect(platform.timers).toBe(0);
});

test('sinks - what a role does for partitions that are left is not lost', () => {
  const opener = { open: () => expect.unreachable(), openLeft: async () => undefined, close: () => undefined };
  const around = createSinks([], virtualPlatform()).around({ name: 'authority', partitions: () => opener });
  expect(Object.keys(around.partitions({} as never)).toSorted()).toEqual(['close', 'open', 'openLeft']);
});
