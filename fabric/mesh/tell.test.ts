import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { createMeshNode } from './create-mesh-node.ts';
import { memoryLinkPair } from './memory-link.ts';
import type { MeshNode, MeshPolicy } from './mesh-node.ts';
import { relay } from './relay.ts';

const principal = (user: string): Principal => ({ user, roles: [], tenant: 'main' });

/** Nodes `left`, `right` and `far` around the switches `hub` and `edge`; `far` is behind `edge`. */
async function meshOf(policy: MeshPolicy = () => true) {
  const platform = virtualPlatform();
  const node = (id: string, isRelay = false): MeshNode =>
    createMeshNode({ id, platform, local: principal(id), ...(isRelay ? { relay, policy } : {}) });
  const [hub, edge] = [node('hub', true), node('edge', true)];
  const nodes = { hub, edge, left: node('left'), right: node('right'), far: node('far') };
  const join = (own: MeshNode, to: MeshNode, isSwitch = false): void => {
    const [here, there] = memoryLinkPair();
    to.attach(there, isSwitch ? { role: 'switch' } : { role: 'node', id: own.id, principal: principal(own.id) });
    own.attach(here, { role: 'switch' });
  };
  join(nodes.left, hub);
  join(nodes.right, hub);
  join(edge, hub, true);
  join(nodes.far, edge);
  const heard: string[] = [];
  for (const each of Object.values(nodes))
    if (each !== nodes.left)
      each.subscribe('live.>', (body, { src }) => heard.push(`${each.id} ${String(body)} ${src}`));
  await settled();
  return { ...nodes, heard, platform };
}

test('tell - one node alone hears it, here, across a switch and across two', async () => {
  const { hub, left, heard, platform } = await meshOf();
  expect([left.tell('right', 'live.a', 1), left.tell('far', 'live.a', 2), hub.tell('right', 'live.a', 3)]).toEqual([
    true,
    true,
    true,
  ]);
  left.tell('hub', 'live.a', 4);
  await settled();
  expect(heard.toSorted()).toEqual(['far 2 left', 'hub 4 left', 'right 1 left', 'right 3 hub']);
  expect(platform.errors).toEqual([]);
});

test('tell - says that nothing was sent to who is not there, does not want it, or may not have it', async () => {
  const { hub, heard } = await meshOf(({ action, subject }) => action !== 'subscribe' || subject !== 'live.secret');
  expect([hub.tell('nobody', 'live.a', 1), hub.tell('left', 'live.a', 2), hub.tell('right', 'live.secret', 3)]).toEqual(
    [false, false, false],
  );
  await settled();
  expect(heard).toEqual([]);
});

test('tell - a switch asks its policy for what others tell through it, of both sides', async () => {
  const { left, right, far, heard, platform } = await meshOf(
    ({ action, principal: { user } }) => action !== 'publish' || user !== 'left',
  );
  left.tell('right', 'live.a', 1);
  far.tell('right', 'live.a', 2);
  right.tell('left', 'live.a', 3);
  await settled();
  expect(heard).toEqual(['right 2 far']);
  expect(platform.errors).toMatchObject([{ code: 'FORBIDDEN' }]);
});

test('tell - what is too large for an envelope is refused, and nothing is sent', async () => {
  const { hub, heard } = await meshOf();
  expect(() => hub.tell('right', 'live.a', 'x'.repeat(1024 * 1024))).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
  await settled();
  expect(heard).toEqual([]);
});
