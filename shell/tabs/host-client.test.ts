import { TestudoError } from '@testudo/fabric/error';
import type { Result } from '@testudo/fabric/error';
import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import type { VirtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import type { WriteRequest } from '@testudo/fabric/host/host-api';
import { expect, test } from 'vitest';

import { freezablePage } from '../testing/freezable-page.ts';
import { createHostClient } from './host-client.ts';
import type { Attachment, HostConnector } from './host-client.ts';
import type { HostService } from './host-service.ts';

/** Hosts `h1`, `h2`… that are handed out one after another; `next()` makes another one lead. */
function fakeConnector(hosts: { [host: string]: Partial<HostService> }) {
  const names = Object.keys(hosts);
  const listeners = new Set<(host: string) => void>();
  const replaced: string[] = [];
  const released: string[] = [];
  let index = 0;
  const connector: HostConnector = {
    async attach(): Promise<Attachment> {
      const host = names[index]!;
      return { host, service: hosts[host] as HostService, release: () => released.push(host) };
    },
    replace({ host }) {
      replaced.push(host);
      index += 1;
    },
    onLeader(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  const next = (): void => {
    index += 1;
    for (const listener of [...listeners]) listener(names[index]!);
  };
  return { connector, replaced, released, next };
}

/** Moves time on in small steps, as a page does that is not frozen: answers come between them. */
async function live(platform: VirtualPlatform, durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 50) {
    platform.pass(50);
    await settled();
  }
}

const never = new Promise<never>(() => undefined);
const answer = <T>(value: T): Promise<Result<T>> => Promise.resolve({ ok: true, value });

test('an answer comes through and leaves no timer', async () => {
  const timers = virtualPlatform();
  const { connector } = fakeConnector({ h1: { dismiss: () => answer(null) } });
  const client = createHostClient({ connector, platform: timers });
  expect(await client.call((host) => host.dismiss('order', '1'))).toBeNull();
  expect(timers.timers).toBe(0);
});

test("an error keeps the host's code", async () => {
  const { connector } = fakeConnector({
    h1: { dismiss: () => Promise.resolve({ ok: false, error: { code: 'FORBIDDEN', message: 'no' } }) },
  });
  const client = createHostClient({ connector, platform: virtualPlatform() });
  await expect(client.call((host) => host.dismiss('order', '1'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a call under way is asked again of the host that takes over', async () => {
  const { connector, next, released } = fakeConnector({
    h1: { dismiss: () => never },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: virtualPlatform() });
  const call = client.call((host) => host.dismiss('order', '1'));
  await settled();
  next();
  expect(await call).toBeNull();
  expect(released).toEqual(['h1']);
});

test('a host that dies under a call is replaced within two seconds of its death, a slow one that answers pings is not', async () => {
  const platform = virtualPlatform();
  let alive = true;
  const asked: string[] = [];
  const { connector, replaced } = fakeConnector({
    h1: {
      ping: () => (alive ? Promise.resolve('h1') : never),
      write: ({ requestId = '' }) => (asked.push(requestId), never),
    },
    h2: { write: ({ requestId = '' }) => (asked.push(requestId), answer({}) as never) },
  });
  const client = createHostClient({ connector, platform });
  const write: WriteRequest = { modelName: 'order', kind: 'delete', id: '1', input: null, requestId: 'once' };
  const call = client.call((host) => host.write(write));
  await settled();
  await live(platform, 60_000);
  expect(replaced).toEqual([]);
  alive = false;
  await live(platform, 2000);
  expect(await call).toEqual({});
  expect(replaced).toEqual(['h1']);
  expect(asked, 'the same request, which the next host has once').toEqual(['once', 'once']);
});

test('a page that was frozen itself holds nobody for silent: it asks once more', async () => {
  const platform = virtualPlatform();
  const page = freezablePage(platform);
  let pings = 0;
  const { connector, replaced } = fakeConnector({
    h1: { ping: () => ((pings += 1), pings === 1 ? never : Promise.resolve('h1')), dismiss: () => never },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: page.platform });
  const call = client.call((host) => host.dismiss('order', '1'));
  await settled();
  await live(platform, 500);
  page.freeze(600_000);
  await live(platform, 10_000);
  expect([replaced, pings > 2]).toEqual([[], true]);
  void call;
});

test('a page whose timers are always late replaces a silent host all the same', async () => {
  const platform = virtualPlatform();
  const page = freezablePage(platform);
  const { connector, replaced } = fakeConnector({
    h1: { ping: () => never, dismiss: () => never },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: page.platform });
  const call = client.call((host) => host.dismiss('order', '1'));
  await settled();
  for (let minutes = 0; minutes < 3; minutes += 1) page.freeze(60_000);
  expect(await call).toBeNull();
  expect(replaced).toEqual(['h1']);
});

test('hosts that are silent one after another get more time each, up to four times as much', async () => {
  const platform = virtualPlatform();
  const silent = { ping: () => never, dismiss: () => never };
  const { connector, replaced } = fakeConnector({ h1: silent, h2: silent, h3: silent, h4: silent, h5: silent });
  const client = createHostClient({ connector, platform });
  void client.call((host) => host.dismiss('order', '1'));
  await settled();
  const replacedMs: number[] = [];
  for (let ms = 50; ms <= 22_000; ms += 50) {
    await live(platform, 50);
    while (replacedMs.length < replaced.length) replacedMs.push(ms);
  }
  expect(replacedMs).toEqual([2000, 6000, 14_000, 22_000]);
});

test('calls that wait at the same time ping their host together', async () => {
  const platform = virtualPlatform();
  let pings = 0;
  const ping = async (): Promise<string> => `h${(pings += 1)}`;
  const { connector } = fakeConnector({ h1: { ping, dismiss: () => never } });
  const client = createHostClient({ connector, platform });
  for (let calls = 0; calls < 100; calls += 1) void client.call((host) => host.dismiss('order', '1'));
  await settled();
  await live(platform, 2000);
  expect(pings).toBe(5);
});

test('a fenced host is left for the one that leads a moment later', async () => {
  const timers = virtualPlatform();
  const fenced = new TestudoError('FENCED', 'taken over').toWire();
  const { connector, next, replaced } = fakeConnector({
    h1: { dismiss: () => Promise.resolve({ ok: false, error: fenced }) },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: timers });
  const call = client.call((host) => host.dismiss('order', '1'));
  await settled();
  next();
  await live(timers, 250);
  expect(await call).toBeNull();
  expect(replaced).toEqual([]);
});

test('a silent host is replaced once, however many calls wait for it', async () => {
  const timers = virtualPlatform();
  const { connector, replaced } = fakeConnector({
    h1: { ping: () => never, dismiss: () => never },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: timers });
  const calls = [client.call((host) => host.dismiss('order', '1')), client.call((host) => host.dismiss('order', '2'))];
  await settled();
  await live(timers, 2000);
  expect(await Promise.all(calls)).toEqual([null, null]);
  expect(replaced).toEqual(['h1']);
});

test('watchers are told of each host after the first', async () => {
  const { connector, next } = fakeConnector({
    h1: { dismiss: () => answer(null) },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: virtualPlatform() });
  let attached = 0;
  client.onAttached(() => (attached += 1));
  await client.call((host) => host.dismiss('order', '1'));
  await client.call((host) => host.dismiss('order', '2'));
  next();
  await client.call((host) => host.dismiss('order', '3'));
  expect(attached).toBe(1);
});

test('what may take any time outlives any number of hosts', async () => {
  const hosts: { [host: string]: Partial<HostService> } = {};
  for (let index = 1; index <= 20; index += 1) hosts[`h${index}`] = { ping: () => never };
  hosts['h20'] = { ping: () => answer('synced') as never };
  const { connector, next } = fakeConnector(hosts);
  const client = createHostClient({ connector, platform: virtualPlatform() });
  const asked = client.call((host) => host.ping() as never, { waits: true });
  for (let index = 1; index < 20; index += 1) {
    await settled();
    next();
  }
  expect(await asked).toBe('synced');
});

test('who waits outlives a host that is missing; watchers are told of it when it is there, also if it was there before', async () => {
  const { connector } = fakeConnector({ h1: { synced: () => answer(null as never), dismiss: () => answer(null) } });
  let isMissing = true;
  const attach = async (): Promise<Attachment> => {
    if (isMissing) throw new TestudoError('UNAVAILABLE', 'not come');
    return connector.attach();
  };
  const client = createHostClient({ connector: { ...connector, attach }, platform: virtualPlatform() });
  let attached = 0;
  client.onAttached(() => (attached += 1));
  const synced = client.call((host) => host.synced('order', '1'), { waits: true });
  await expect(client.call((host) => host.dismiss('order', '1'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  isMissing = false;
  await client.call((host) => host.dismiss('order', '1'));
  expect(await synced).toBeNull();
  expect(attached).toBe(1);
});
