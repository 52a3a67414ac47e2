import { expect, test } from 'vitest';

import type { PortReport } from '../spec/model-report.ts';
import { flowWorld } from '../testing/flow-world.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import type { HostEvents } from './host-events.ts';
import { createPortBreakers } from './port-breakers.ts';

const thresholds = { errorRate: 20, callVolume: 5, intervalMs: 60_000, retryDelay: 10_000 };

/** A world of things that are only picked, once each; `call` has the partner answer one of them well or ill. */
async function setUp(circuitBreaker = { default: thresholds }) {
  const world = await flowWorld({ pick: { maxRetry: 0, circuitBreaker }, ship: { consumesEvent: undefined } });
  const { ill, place, calls, server, platform } = world;
  const changes: string[] = [];
  server.on((event) => {
    if (event.type === 'breaker') changes.push(`${event.former} ${event.state} after ${calls.length}`);
  });
  const call = async (isWell: boolean): Promise<void> => {
    if (isWell) ill.clear();
    else ill.add('pick');
    await place();
    await settled();
  };
  const pass = async (durationMs: number): Promise<void> => {
    platform.pass(durationMs);
    await settled();
  };
  return { ...world, changes, call, pass };
}

test('a partner that always fails is not called any more from the first call on that makes the volume full', async () => {
  const { call, calls, changes } = await setUp();
  for (let number = 0; number < 20; number += 1) await call(false);
  expect(calls).toHaveLength(thresholds.callVolume);
  expect(changes).toEqual(['closed open after 5']);
});

test('a partner that fails every second time is given up at exactly half, with the tenth of ten calls', async () => {
  const { call, calls, changes } = await setUp({ default: { ...thresholds, errorRate: 50, callVolume: 10 } });
  for (let number = 1; number <= 20; number += 1) await call(number % 2 === 1);
  expect(calls).toHaveLength(10);
  expect(changes).toEqual(['closed open after 10']);
});

test('one that fails 19 of a hundred times stays below 20 percent for a thousand calls, one more is too many', async () => {
  const { call, calls, changes, pass } = await setUp({ default: { ...thresholds, callVolume: 100, intervalMs: 1e9 } });
  for (let number = 0; number < 1000; number += 1) {
    await call(number % 100 < 81);
    await pass(1);
  }
  expect(calls).toHaveLength(1000);
  expect(changes).toEqual([]);
  // 190 of 1000 failed; with n more it is (190 + n) of (1000 + n), which comes to 20 percent with 12.5.
  for (let number = 0; number < 20; number += 1) await call(false);
  expect(calls).toHaveLength(1013);
  expect(changes).toEqual(['closed open after 1013']);
});

test('one call probes after the delay: its failure opens for another delay, its success closes and all go', async () => {
  const { call, calls, changes, pass, ill } = await setUp();
  for (let number = 0; number < 8; number += 1) await call(false);
  expect(calls).toHaveLength(5);
  await pass(thresholds.retryDelay - 1);
  expect(calls).toHaveLength(5);
  await pass(1);
  expect(calls).toHaveLength(6);
  expect(changes.slice(1)).toEqual(['open half-open after 5', 'half-open open after 6']);
  ill.clear();
  await pass(thresholds.retryDelay - 1);
  expect(calls).toHaveLength(6);
  await pass(1);
  await pass(250);
  expect(changes.slice(3)).toEqual(['open half-open after 6', 'half-open closed after 7']);
  expect(calls).toHaveLength(8);
});

test('two models with a port of one name share nothing', () => {
  const told: string[] = [];
  const events = { emit: (event: { readonly modelName: string }) => told.push(event.modelName) };
  const breakers = createPortBreakers(events as unknown as HostEvents, virtualPlatform());
  const report = {
    circuitBreaker: { default: { ...thresholds, retryDelayMs: 1, hasFallback: false, callVolume: 1 } },
  } as unknown as PortReport;
  const admission = breakers.of('order', 'notify', report)?.admit();
  if (admission?.goes) admission.ended({ type: 'failure', causes: [] });
  expect(breakers.of('order', 'notify', report)?.state.name).toBe('open');
  expect(breakers.of('invoice', 'notify', report)?.state.name).toBe('closed');
  expect(breakers.standings().map(({ modelName, failures }) => [modelName, failures])).toEqual([
    ['order', 1],
    ['invoice', 0],
  ]);
  expect(told).toEqual(['order']);
});
