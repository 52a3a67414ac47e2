import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { encodeEnvelope } from './check-envelope.ts';
import { createMeshNode } from './create-mesh-node.ts';
import type { Envelope } from './envelope.ts';
import { memoryLinkPair } from './memory-link.ts';
import { relay } from './relay.ts';
import type { Link } from './transport.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: [], tenant: 'main' };
const refused = expect.objectContaining({ code: 'NO_RESPONDERS' });

/** A switch, Ada's node, and Sam's, which answers what it is asked, for as long as its right is not taken back. */
async function switched() {
  const platform = virtualPlatform();
  const revoked = new Set<string>();
  const hub = createMeshNode({ id: 'hub', platform, relay, policy: ({ action }) => !revoked.has(action), local: ada });
  const join = (id: string, principal: Principal) => {
    const node = createMeshNode({ id, platform, local: principal });
    const [here, there] = memoryLinkPair();
    hub.attach(there, { role: 'node', id, principal });
    node.attach(here, { role: 'switch' });
    return node;
  };
  const asked: string[] = [];
  const right = join('right', sam);
  right.serve('work', (_body, { src }) => asked.push(src));
  const left = join('left', ada);
  await settled();
  return { hub, left, revoked, asked };
}

/** Another switch beside the hub, that says what the test says. */
async function rawSwitch(hub: { attach(link: Link, peer: { role: 'switch' }): unknown }) {
  const [there, link] = memoryLinkPair();
  const received: Envelope[] = [];
  hub.attach(there, { role: 'switch' });
  link.listen({ onEnvelope: (envelope) => received.push(envelope), onClose: () => undefined });
  const say = async (envelope: Pick<Envelope, 'kind' | 'body'> & Partial<Envelope>): Promise<void> => {
    link.send(encodeEnvelope({ v: 1, id: 'e1', src: 'beyond', hops: 1, principal: ada, ...envelope }));
    await settled();
  };
  await settled();
  received.length = 0;
  return { received, say };
}

test('relay - a request is not handed on to whom the right to serve was taken from since it announced that', async () => {
  const { left, revoked, asked } = await switched();
  await left.request('work', null);
  revoked.add('serve');
  await expect(left.request('work', null)).rejects.toEqual(refused);
  expect(asked).toEqual(['left']);
});

test('relay - a request that has gone through too many switches ends with an answer', async () => {
  const { hub, asked } = await switched();
  const { received, say } = await rawSwitch(hub);
  await say({ kind: 'hello', body: { serves: [], subscribes: [], info: null } });
  await say({ kind: 'request', subject: 'work', body: null, hops: 7 });
  await say({ kind: 'request', subject: 'work', body: null, hops: 8 });
  expect(received.map(({ kind }) => kind)).toEqual(['reply', 'error']);
  expect(received[1]?.body).toEqual(refused);
  expect(asked).toEqual(['beyond']);
});

test('relay - a request goes back to nobody by the way that it came', async () => {
  const { hub } = await switched();
  const { received, say } = await rawSwitch(hub);
  await say({ kind: 'hello', body: { serves: ['rest'], subscribes: [], info: null } });
  await say({ kind: 'request', src: 'further', subject: 'rest', body: null });
  expect(received.map(({ kind, body }) => [kind, body])).toEqual([['error', refused]]);
});
