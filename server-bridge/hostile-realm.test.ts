import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import type { Principal } from '@testudo/fabric/access/principal';
import { toWire } from '@testudo/fabric/error';
import type { RealmStanding } from '@testudo/fabric/host/host-inspection';
import type { RunningHost } from '@testudo/fabric/host/host-options';

import { remote as orderRemote } from '../remotes/order/remote.config.ts';
import { buildFixtures } from '../remotes/preset/fixtures/build-fixtures.ts';
import { hostile } from '../remotes/preset/fixtures/fixtures.ts';
import { startRealmHost } from './testing/realm-host.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'testudo-hostile-'));
const ada: Principal = { user: 'ada', roles: ['customer'], tenant: 'main' };
const item = { sku: 's', name: 'Scutum', qty: 1, priceCents: 150 };
const started = {} as { host: RunningHost };

beforeAll(async () => {
  const directory = join(import.meta.dirname, '../remotes/order');
  const builds = await buildFixtures([{ ...orderRemote, directory }, hostile], root);
  const { host, use } = await startRealmHost({
    realms: { main: ['*'], alone: ['hostile'] },
    realmLimits: { hookMs: 1500, heapBytes: 192 * 1024 * 1024 },
  });
  started.host = host;
  await use(builds);
}, 60_000);

afterAll(async () => {
  await started.host?.close();
  rmSync(root, { recursive: true });
});

/** What one misdeed came to for its caller, and how long that took. */
async function misbehave(
  how: string,
): Promise<{ readonly code: string; readonly value: unknown; readonly tookMs: number }> {
  const begin = performance.now();
  const tookMs = (): number => performance.now() - begin;
  try {
    const { state } = await started.host.write({ modelName: 'hostile', kind: 'create', input: { how } }, ada);
    return { code: 'ok', value: state.fields, tookMs: tookMs() };
  } catch (error) {
    return { code: toWire(error).code, value: toWire(error).message, tookMs: tookMs() };
  }
}

/** Places orders one after the other until told to stop; each must succeed. */
function keepOrdering(): { stop(): Promise<readonly number[]> } {
  const times: number[] = [];
  let isOver = false;
  const run = async (): Promise<readonly number[]> => {
    while (!isOver) {
      const begin = performance.now();
      await started.host.write({ modelName: 'order', kind: 'create', input: { orderItems: [item] } }, ada);
      times.push(performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return times;
  };
  const running = run();
  return {
    stop() {
      isOver = true;
      return running;
    },
  };
}

test('none of the powers that a hostile model tries is reached', async () => {
  const { value } = await misbehave('powers');
  expect(value).toEqual({ tried: expect.any(Number), reached: '' });
  expect((value as { tried: number }).tried).toBeGreaterThanOrEqual(20);
});

test.each([
  ['throw nothing', 'VALIDATION'],
  ['throw unlookable', 'VALIDATION'],
  ['throw a function', 'VALIDATION'],
  ['return a function', 'BAD_REQUEST'],
  ['return unlookable', 'VALIDATION'],
  ['throw later', 'ok'],
  ['hang', 'HOOK_TIMEOUT'],
])('a model that would %s gets its caller %s, and its realm lives on', async (how, code) => {
  const { restarts } = await alone();
  expect(await misbehave(how)).toMatchObject({ code });
  expect((await alone()).restarts).toBe(restarts);
});

test('what a model says of itself changes neither its id, its owner nor anything of others', async () => {
  const { state } = await started.host.write(
    { modelName: 'hostile', kind: 'create', input: { how: 'return a forgery' } },
    ada,
  );
  expect(state).toMatchObject({ modelName: 'hostile', version: 1, owner: 'ada' });
  expect(state.id).not.toBe('o1');
  await expect(started.host.find('order', 'o1', ada)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

interface LoopDelays {
  /** 99th percentile of how late the loop was, by the clock: other work on the machine counts */
  readonly lateMs: number;
  /** 99th percentile of the processor's time that this thread took between two turns: only its own work counts */
  readonly busyMs: number;
}

/** How this thread's event loop, which is the host's, fares while something runs. */
async function loopDelays(run: () => Promise<unknown>): Promise<LoopDelays> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const busy: number[] = [];
  let former = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(former);
    former = process.threadCpuUsage();
    busy.push((user + system) / 1000);
  }, 1);
  delay.enable();
  await run();
  delay.disable();
  clearInterval(timer);
  busy.sort((one, other) => one - other);
  return { lateMs: delay.percentile(99) / 1e6, busyMs: busy[Math.floor(busy.length * 0.99)] ?? 0 };
}

test.each([
  ['loop', ['REALM_LOST']],
  ['starve', ['REALM_LOST']],
  ['leak', ['REALM_LOST', 'HOOK_TIMEOUT']],
  ['loop later', ['REALM_LOST']],
])('a model that does “%s” loses its realm, and neither host nor neighbours feel it', async (how, codes) => {
  const { restarts } = await alone();
  const orders = keepOrdering();
  let outcome = { code: '', tookMs: 0 };
  const { lateMs, busyMs } = await loopDelays(async () => {
    outcome = await misbehave(how);
    // What begins to loop after its answer is noticed by the next call.
    if (outcome.code === 'ok') outcome = await misbehave('hang');
    await vi.waitFor(async () => expect((await alone()).restarts).toBe(restarts + 1), { timeout: 30_000 });
  });
  const times = await orders.stop();
  console.log(
    `${how}: ${outcome.code} after ${Math.round(outcome.tookMs)} ms; event loop p99 ${lateMs.toFixed(1)} ms late, ` +
      `${busyMs.toFixed(1)} ms busy; ${times.length} orders meanwhile, the slowest ${Math.max(...times).toFixed(1)} ms`,
  );
  expect(codes).toContain(outcome.code);
  expect(busyMs).toBeLessThan(100);
  expect(outcome.tookMs).toBeLessThan(10_000);
  expect(times.length).toBeGreaterThan(20);
  await vi.waitFor(async () => expect((await misbehave('powers')).code).toBe('ok'), { timeout: 30_000 });
});

async function alone(): Promise<RealmStanding> {
  const { realms } = await started.host.inspect();
  return realms['alone'] as RealmStanding;
}
