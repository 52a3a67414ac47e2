import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, onTestFinished, test } from 'vitest';

import { freezablePage } from '../testing/freezable-page.ts';
import { joinHost } from './follower.ts';
import { wireRevision, type DoorMessage } from './wire.ts';

/** A door on which a test answers. */
function openDoor() {
  const door = new EventTarget();
  const asked: DoorMessage[] = [];
  const postMessage = (message: DoorMessage): void => void asked.push(message);
  return {
    door: Object.assign(door, { postMessage }) as unknown as BroadcastChannel,
    asked,
    say: (data: DoorMessage) => door.dispatchEvent(new MessageEvent('message', { data })),
  };
}

function join() {
  const clock = virtualPlatform();
  const page = freezablePage(clock);
  const { door, asked, say } = openDoor();
  const endpoint = `follower-test-${Math.random()}`;
  const locks = { request: (_name: string, use: () => Promise<void>) => use() } as unknown as LockManager;
  const { signal } = new AbortController();
  const joined = joinHost({ door, endpoint, platform: page.platform, deadlineMs: 2000, locks, signal });
  onTestFinished(() => void joined.then((attached) => attached?.release()).catch(() => undefined));
  return { clock, page, asked, say, endpoint, joined };
}

test('a host that does not answer in time is given up', async () => {
  const { clock, joined } = join();
  joined.catch(() => undefined);
  await settled();
  clock.pass(2000);
  await expect(joined).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('a page that was frozen while it asked does not hold the host for silent, and asks again', async () => {
  const { page, asked, say, endpoint, joined } = join();
  await settled();
  page.freeze(600_000);
  await settled();
  expect(asked).toEqual([
    { type: 'join', endpoint, wire: wireRevision },
    { type: 'join', endpoint, wire: wireRevision },
  ]);
  say({ type: 'joined', endpoint, host: 'h1', wire: wireRevision });
  expect((await joined)?.host).toBe('h1');
});

test('a leading page whose host is missing is not asked again', async () => {
  const { clock, asked, say, joined } = join();
  await settled();
  say({ type: 'missing' });
  expect(await joined).toBeNull();
  expect([asked.length, clock.timers]).toEqual([1, 0]);
});

test.each([
  ['a newer host', wireRevision + 1, 'API_UNSUPPORTED'],
  ['an older host', wireRevision - 1, 'UNAVAILABLE'],
  ['one that names no revision', undefined, 'UNAVAILABLE'],
])('%s is not talked to', async (_what, wire, code) => {
  const { clock, say, endpoint, joined } = join();
  const failed = joined.catch((error: unknown) => error);
  await settled();
  say({ type: 'joined', endpoint, host: 'h1', wire } as DoorMessage);
  expect(await failed).toMatchObject({ code });
  expect(clock.timers).toBe(0);
});
