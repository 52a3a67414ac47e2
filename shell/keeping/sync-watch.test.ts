import type { SyncStanding } from '@testudo/fabric/app-sync';
import type { HeldWrite, HostEvent, RefusedWrite, UnsentWrite } from '@testudo/fabric/host/host-api';
import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, test, vi } from 'vitest';

import type { HostClient } from '../tabs/host-client.ts';
import type { HostService } from '../tabs/host-service.ts';
import { syncWatch } from './sync-watch.ts';

const unsent = (id: string, opId: string): UnsentWrite => ({ modelName: 'order', id, opId, kind: 'update' });
const refusal = (id: string, opId: string): RefusedWrite => ({
  ...{ modelName: 'order', id, opId, kind: 'update', changes: { note: 'mine' } },
  error: { code: 'VALIDATION', message: 'not so' },
});

/** A watch over a host that answers with `outbox` and `refused`; frames come when `frame` is called. */
function setUp() {
  const host = { outbox: [] as UnsentWrite[], refused: [] as RefusedWrite[], asked: 0, fails: 0, takesMs: 0 };
  const platform = virtualPlatform();
  const listeners = new Set<(event: HostEvent) => void>();
  const frames: (() => void)[] = [];
  const errors: unknown[] = [];
  const service: Partial<HostService> = {
    unsent: async () => ((host.asked += 1), { ok: true, value: host.outbox }),
    refused: async () => ({ ok: true, value: host.refused }),
  };
  const client = {
    async call(ask: Parameters<HostClient['call']>[0]) {
      if ((host.fails -= 1) >= 0) throw new Error('no host');
      const result = await ask(service as HostService);
      if (host.takesMs > 0) await new Promise<void>((resolve) => platform.timer(host.takesMs, resolve));
      return result.ok ? result.value : undefined;
    },
    onAttached: () => ({ dispose: () => undefined }),
  } as unknown as HostClient;
  const sync = syncWatch({
    client,
    events: { on: (listener) => (listeners.add(listener), { dispose: () => listeners.delete(listener) }) },
    platform,
    frame: (callback) => frames.push(callback),
    onError: (error) => errors.push(error),
  });
  const tell = (type: string, traced?: true): void =>
    listeners.forEach((listener) => listener({ type, traced } as unknown as HostEvent));
  const frame = async (): Promise<void> => {
    await vi.waitFor(() => expect(frames).not.toEqual([]));
    frames.splice(0).forEach((callback) => callback());
  };
  return { host, platform, sync, tell, frame, frames, errors };
}

test('an object is synced, saved with so many changes, or refused with the first reason', async () => {
  const { host, sync, tell, frame } = setUp();
  host.outbox = [unsent('a', 'h:1'), unsent('a', 'h:2'), unsent('b', 'h:3')];
  let standing: SyncStanding | undefined;
  sync.watch((latest) => (standing = latest));
  await frame();
  expect(standing?.pending).toBe(3);
  expect(standing?.of('order', 'a')).toEqual({ state: 'saved', pending: 2 });
  expect(standing?.of('order', 'c')).toEqual({ state: 'synced' });
  expect(standing?.of('inventory', 'a'), 'of another model').toEqual({ state: 'synced' });
  const held: HeldWrite = { ...refusal('b', 'h:3'), isHeld: true };
  host.outbox = [unsent('a', 'h:1'), held];
  tell('held');
  await frame();
  expect(standing?.of('order', 'b')).toEqual({ state: 'saved', pending: 1, held: held.error });
  expect([standing?.pending, standing?.held]).toEqual([2, [held]]);
  host.outbox = [];
  host.refused = [refusal('a', 'h:1'), refusal('a', 'h:2')];
  tell('refused');
  await frame();
  expect(standing?.of('order', 'a')).toMatchObject({ state: 'refused', opId: 'h:1', error: { code: 'VALIDATION' } });
  expect(standing?.of('order', 'b')).toEqual({ state: 'synced' });
});

test('many events make one question and one call each frame; nobody listens: none', async () => {
  const { host, sync, tell, frame, frames } = setUp();
  tell('object');
  expect(host.asked, 'nobody listens').toBe(0);
  const listener = vi.fn();
  const watching = sync.watch(listener);
  await frame();
  for (let each = 0; each < 100; each += 1) tell('object');
  tell('object', true);
  await vi.waitFor(() => expect(host.asked).toBe(3));
  await frame();
  expect(listener).toHaveBeenCalledTimes(2);
  watching.dispose();
  tell('object');
  expect(host.asked).toBe(3);
  expect(frames).toEqual([]);
});

test('after a question that took long it rests four times as long, a second at most, and then asks once', async () => {
  const { host, platform, sync, tell } = setUp();
  const pass = async (durationMs: number): Promise<void> => {
    await settled();
    platform.pass(durationMs);
    await settled();
  };
  for (const [takesMs, restMs] of [
    [50, 200],
    [600, 1000],
  ] as const) {
    host.takesMs = takesMs;
    const { asked } = host;
    if (asked === 0) sync.watch(() => undefined);
    else tell('object');
    await pass(takesMs);
    expect(host.asked).toBe(asked + 1);
    for (let each = 0; each < 3; each += 1) tell('object');
    await pass(restMs - 1);
    expect(host.asked).toBe(asked + 1);
    await pass(1);
    expect(host.asked).toBe(asked + 2);
    await pass(takesMs);
    await pass(restMs);
  }
});

test('what could not be asked is told as an error and asked again with the next event or listener', async () => {
  const { host, sync, tell, frame, errors } = setUp();
  host.fails = 2;
  const listener = vi.fn();
  sync.watch(listener);
  await vi.waitFor(() => expect(errors).toHaveLength(1));
  tell('accepted');
  await frame();
  expect(listener).toHaveBeenCalledTimes(1);
  host.fails = 2;
  tell('accepted');
  await vi.waitFor(() => expect(errors).toHaveLength(2));
  sync.watch(listener);
  await frame();
  expect(listener).toHaveBeenCalledTimes(3);
});
