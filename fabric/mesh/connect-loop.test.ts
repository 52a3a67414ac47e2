import { expect, test } from 'vitest';
import { TestudoError } from '../error.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { encodeEnvelope } from './check-envelope.ts';
import { keepConnected, type KeptConnection } from './connect-loop.ts';
import { createMeshNode } from './create-mesh-node.ts';
import { KEEP_ALIVE_MS, keepAlive } from './keep-alive.ts';
import { memoryLinkPair } from './memory-link.ts';
import type { MeshNode } from './mesh-node.ts';
import { relay } from './relay.ts';
import type { Link, Transport } from './transport.ts';

const local = { user: 'ada', roles: [], tenant: 'main' };

interface Loop {
  readonly platform: ReturnType<typeof virtualPlatform>;
  readonly hub: MeshNode;
  readonly connection: KeptConnection;
  readonly log: string[];
  /** the switch's end of the newest link */
  far(): Link;
  become(state: SwitchState): void;
}

/** `mute`: links open, but nobody speaks */
type SwitchState = 'up' | 'down' | 'mute';

async function loop(atFirst: SwitchState): Promise<Loop> {
  const platform = virtualPlatform();
  const hub = createMeshNode({ id: 'hub', platform, relay, policy: () => true, local });
  const node = createMeshNode({ id: 'node', platform, local });
  const log: string[] = [];
  let far: Link | undefined;
  let state = atFirst;
  const transport: Transport = {
    kind: 'memory',
    async connect() {
      log.push(`connect ${platform.now()}`);
      if (state === 'down') throw new TestudoError('LINK_CLOSED', 'nobody there');
      const [near, other] = memoryLinkPair();
      far = other;
      if (state === 'up') hub.attach(other, { role: 'node', id: 'node', principal: local });
      return near;
    },
  };
  const onOpen = (): void =>
    void log.push(
      `open with ${node
        .peers()
        .map(({ id }) => id)
        .join()}`,
    );
  const onClose = ({ code, reason }: { code: number; reason: string }): void =>
    void log.push(`close ${code} ${reason}`);
  const connection = keepConnected({ transport, node, platform, onOpen, onClose });
  await settled();
  return {
    platform, hub, connection, log,
    far: () => far as Link,
    become: (next) => (state = next),
  }; // prettier-ignore
}

/** Moves time on in steps of a millisecond, with everything that follows from each. */
async function live(platform: Loop['platform'], durationMs: number): Promise<void> {
  for (let ms = 0; ms < durationMs; ms++) {
    platform.pass(1);
    await settled();
  }
}

test('it is open when the switch has said who is there', async () => {
  const { log } = await loop('up');
  expect(log).toEqual(['connect 0', 'open with hub']);
});

test('waits double, with jitter, and begin anew after a success', async () => {
  const { platform, log, become, far } = await loop('down');
  await live(platform, 1800);
  // 250, 500 and 1000 ms, of which the predictable random bytes leave 51 %.
  expect(log).toEqual(['connect 0', 'connect 128', 'connect 385', 'connect 899']);
  become('up');
  await live(platform, 200);
  far().close(1006, 'cable');
  await live(platform, 129);
  const after = ['connect 1926', 'open with hub', 'close 1006 cable', 'connect 2129', 'open with hub'];
  expect(log.slice(4)).toEqual(after);
  expect(platform.errors).toEqual([]);
});

test('no wait is longer than the longest', async () => {
  const { platform, log } = await loop('down');
  for (let n = 0; n < 50; n++) {
    platform.pass(10_000);
    await settled();
  }
  expect(log).toHaveLength(51);
});

test('reconnect tries at once instead of at the end of the wait', async () => {
  const { connection, log, become } = await loop('down');
  become('up');
  connection.reconnect();
  await settled();
  expect(log).toEqual(['connect 0', 'connect 0', 'open with hub']);
  connection.reconnect();
  await settled();
  expect(log).toHaveLength(3);
});

test('paused, it closes the link and does not come back until it is resumed', async () => {
  const { platform, connection, log, hub } = await loop('up');
  connection.pause();
  await settled();
  expect(hub.peers()).toEqual([]);
  platform.pass(60_000);
  connection.reconnect();
  await settled();
  expect(log).toEqual(['connect 0', 'open with hub', 'close 1000 detached']);
  connection.resume();
  await settled();
  expect(log.slice(3)).toEqual(['connect 60000', 'open with hub']);
  connection.dispose();
  await settled();
  expect(platform.timers).toBe(0);
});

test('a switch that says nothing is given up and tried again', async () => {
  const { platform, log, become } = await loop('mute');
  platform.pass(9999);
  await settled();
  expect(log).toEqual(['connect 0']);
  become('up');
  platform.pass(1);
  await settled();
  platform.pass(250);
  await settled();
  expect(log).toEqual(['connect 0', `connect ${10_128}`, 'open with hub']);
});

test('an open link that brings nothing for 40 s is closed, and connected anew', async () => {
  const { platform, log, become } = await loop('up');
  become('mute');
  platform.pass(39_999);
  await settled();
  expect(log).toEqual(['connect 0', 'open with hub']);
  platform.pass(1);
  await settled();
  become('up');
  platform.pass(1000);
  await settled();
  const again = ['close 4000 nothing was heard any more', `connect ${40_128}`, 'open with hub'];
  expect(log.slice(2)).toEqual(again);
});

test('a link that brings a keep-alive every 15 s stays, and one that ends leaves no timer', async () => {
  const { platform, log, far, connection } = await loop('up');
  for (let n = 0; n < 20; n++) {
    platform.pass(KEEP_ALIVE_MS);
    far().send(encodeEnvelope(keepAlive('hub', n)));
    await settled();
  }
  expect(log).toEqual(['connect 0', 'open with hub']);
  expect(platform.errors).toEqual([]);
  connection.dispose();
  await settled();
  expect(platform.timers).toBe(0);
});
