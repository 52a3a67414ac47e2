import { expect, test } from 'vitest';

import { settled } from '../testing/virtual-platform.ts';
import { followConfiguration } from './follow-configuration.ts';

/** A mesh in which somebody announces something, and a server that has its configuration at a revision. */
function setUp(revision = 1) {
  const now = { user: 'host:server-1', announced: 1, revision: 1, isDown: false };
  const log: string[] = [];
  let tell = (): void => undefined;
  followConfiguration({
    mesh: {
      peers: () => [{ id: 'x', user: now.user, serves: [], info: { configuration: now.announced } }],
      onPeers: (listener) => {
        tell = listener;
        return { dispose: () => undefined };
      },
    },
    host: { configure: async ({ endpoints }) => void log.push(`use ${endpoints?.['bank']}`) },
    config: { revision },
    async fetch() {
      log.push('ask');
      if (now.isDown) throw new Error('down');
      const host = { bindings: { adapters: {}, services: {} }, endpoints: { bank: `b${now.revision}` } };
      return { revision: now.revision, host } as never;
    },
    onError: (error) => log.push(String(error)),
  });
  const announce = async (changes: Partial<typeof now>): Promise<void> => {
    Object.assign(now, changes);
    tell();
    await settled();
  };
  return { log, announce };
}

test('a host asks for its configuration when its server announces another revision, and then only', async () => {
  const { log, announce } = setUp();
  await announce({});
  expect(log).toEqual([]);
  await announce({ announced: 2, revision: 2 });
  await announce({});
  expect(log).toEqual(['ask', 'use b2']);
});

test('one that began with an older copy catches up with the first link', async () => {
  const { log, announce } = setUp(0);
  await announce({});
  expect(log).toEqual(['ask', 'use b1']);
});

test('a failure is reported, and tried again with the next change of the mesh', async () => {
  const { log, announce } = setUp();
  await announce({ announced: 2, revision: 2, isDown: true });
  await announce({ isDown: false });
  expect(log).toEqual(['ask', 'Error: down', 'ask', 'use b2']);
});

test('an answer of another revision than was announced is used once, and asked for again with the next change of the mesh', async () => {
  const { log, announce } = setUp();
  await announce({ announced: 3, revision: 2 });
  expect(log).toEqual(['ask', 'use b2']);
  await announce({ revision: 3 });
  expect(log.slice(2)).toEqual(['ask', 'use b3']);
});

test('what others than a server announce is of no interest', async () => {
  const { log, announce } = setUp();
  await announce({ user: 'ada', announced: 9 });
  expect(log).toEqual([]);
});
