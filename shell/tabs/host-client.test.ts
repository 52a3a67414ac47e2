import { TestudoError } from '@testudo/fabric/error';
import type { Result } from '@testudo/fabric/error';
import type { Disposable } from '@testudo/fabric/plain';
import { expect, test } from 'vitest';

import { createHostClient } from './host-client.ts';
import type { Attachment, HostConnector } from './host-client.ts';
import type { HostService } from './host-service.ts';

/** Timers that a test fires itself. */
function virtualTimers() {
  const pending = new Set<() => void>();
  return {
    timer(_delayMs: number, callback: () => void): Disposable {
      pending.add(callback);
      return { dispose: () => pending.delete(callback) };
    },
    async fire(): Promise<void> {
      const due = [...pending];
      pending.clear();
      for (const callback of due) callback();
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
    count: () => pending.size,
  };
}

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

const never = new Promise<never>(() => undefined);
const answer = <T>(value: T): Promise<Result<T>> => Promise.resolve({ ok: true, value });

test('an answer comes through and leaves no timer', async () => {
  const timers = virtualTimers();
  const { connector } = fakeConnector({ h1: { dismiss: () => answer(null) } });
  const client = createHostClient({ connector, platform: timers });
  expect(await client.call((host) => host.dismiss('order', '1'))).toBeNull();
  expect(timers.count()).toBe(0);
});

test("an error keeps the host's code", async () => {
  const { connector } = fakeConnector({
    h1: { dismiss: () => Promise.resolve({ ok: false, error: { code: 'FORBIDDEN', message: 'no' } }) },
  });
  const client = createHostClient({ connector, platform: virtualTimers() });
  await expect(client.call((host) => host.dismiss('order', '1'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a call under way is asked again of the host that takes over', async () => {
  const { connector, next, released } = fakeConnector({
    h1: { dismiss: () => never },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: virtualTimers() });
  const call = client.call((host) => host.dismiss('order', '1'));
  await new Promise<void>((resolve) => setImmediate(resolve));
  next();
  expect(await call).toBeNull();
  expect(released).toEqual(['h1']);
});

test('a silent host is replaced after two deadlines, an answering slow one is not', async () => {
  const timers = virtualTimers();
  let alive = true;
  const ping = (): Promise<string> => (alive ? Promise.resolve('h1') : never);
  const { connector, replaced } = fakeConnector({
    h1: { ping, dismiss: () => never },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: timers });
  const call = client.call((host) => host.dismiss('order', '1'));
  await new Promise<void>((resolve) => setImmediate(resolve));
  for (let deadlines = 0; deadlines < 3; deadlines += 1) await timers.fire();
  expect(replaced).toEqual([]);
  alive = false;
  await timers.fire();
  await timers.fire();
  expect(await call).toBeNull();
  expect(replaced).toEqual(['h1']);
});

test('a fenced host is left for the one that leads a moment later', async () => {
  const timers = virtualTimers();
  const fenced = new TestudoError('FENCED', 'taken over').toWire();
  const { connector, next, replaced } = fakeConnector({
    h1: { dismiss: () => Promise.resolve({ ok: false, error: fenced }) },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: timers });
  const call = client.call((host) => host.dismiss('order', '1'));
  await new Promise<void>((resolve) => setImmediate(resolve));
  next();
  await timers.fire();
  expect(await call).toBeNull();
  expect(replaced).toEqual([]);
});

test('a silent host is replaced once, however many calls wait for it', async () => {
  const timers = virtualTimers();
  const { connector, replaced } = fakeConnector({
    h1: { ping: () => never, dismiss: () => never },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: timers });
  const calls = [client.call((host) => host.dismiss('order', '1')), client.call((host) => host.dismiss('order', '2'))];
  await new Promise<void>((resolve) => setImmediate(resolve));
  await timers.fire();
  await timers.fire();
  expect(await Promise.all(calls)).toEqual([null, null]);
  expect(replaced).toEqual(['h1']);
});

test('watchers are told of each host after the first', async () => {
  const { connector, next } = fakeConnector({
    h1: { dismiss: () => answer(null) },
    h2: { dismiss: () => answer(null) },
  });
  const client = createHostClient({ connector, platform: virtualTimers() });
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
  const client = createHostClient({ connector, platform: virtualTimers() });
  const asked = client.call((host) => host.ping() as never, { waits: true });
  for (let index = 1; index < 20; index += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    next();
  }
  expect(await asked).toBe('synced');
});
