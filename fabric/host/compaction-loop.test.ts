import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import { settled, virtualPlatform, type VirtualPlatform } from '../testing/virtual-platform.ts';
import { defaultRetention, type GivenBack, type Retention } from '../sync/retention.ts';
import type { CompactOptions } from '../sync/sync-api.ts';
import { keepCompact, type CompactionLoop } from './compaction-loop.ts';

const nothing: GivenBack = { log: 0, ops: 0, requests: 0, tombstones: 0 };

interface World {
  readonly platform: VirtualPlatform;
  readonly loop: CompactionLoop;
  readonly runs: CompactOptions[];
  readonly told: GivenBack[];
  answer: () => Promise<GivenBack>;
  accept(entries: number): void;
}

function start(retention: Retention = defaultRetention): World {
  const platform = virtualPlatform();
  const runs: CompactOptions[] = [];
  const told: GivenBack[] = [];
  let accepted: () => void = () => undefined;
  const world = { platform, runs, told, answer: () => Promise.resolve(nothing) };
  const loop = keepCompact({
    platform,
    retention,
    told: (given) => told.push(given),
    authority: {
      seq: 30,
      floor: 20,
      compact(options) {
        runs.push(options);
        return world.answer();
      },
      onAccepted(listener) {
        accepted = listener as () => void;
        return { dispose: () => void (accepted = () => undefined) };
      },
    },
  });
  const accept = (entries: number): void => {
    for (let left = entries; left > 0; left -= 1) accepted();
  };
  return Object.assign(world, { loop, accept });
}

test('compaction loop - compacts after a minute and then every hour', async () => {
  const { platform, runs, loop } = start();
  platform.pass(59_999);
  expect([runs.length, loop.standing.compactedMs]).toEqual([0, null]);
  platform.pass(1);
  await settled();
  expect([runs.length, loop.standing.compactedMs]).toEqual([1, 60_000]);
  for (let hour = 2; hour < 5; hour += 1) {
    platform.pass(3_600_000);
    await settled();
    expect(runs.length).toBe(hour);
  }
  expect(runs[0]).toMatchObject(defaultRetention);
});

test('compaction loop - compacts when the log has grown, once at a time', async () => {
  const world = start({ ...defaultRetention, logEntries: 2000 });
  let end: (given: GivenBack) => void = () => undefined;
  world.answer = () => new Promise((resolve) => void (end = resolve));
  world.accept(199);
  expect(world.runs.length).toBe(0);
  world.accept(1000);
  expect(world.runs.length).toBe(1);
  end(nothing);
  await settled();
  world.accept(1);
  expect(world.runs.length).toBe(2);
});

test('compaction loop - tells what was given back, and adds it up', async () => {
  const world = start();
  const given = { log: 3, ops: 2, requests: 1, tombstones: 0 };
  for (const answer of [nothing, given, given]) {
    world.answer = () => Promise.resolve(answer);
    world.platform.pass(3_600_000);
    await settled();
  }
  expect(world.told).toEqual([given, given]);
  expect(world.loop.standing).toMatchObject({
    ...{ floor: 20, entries: 10 },
    given: { log: 6, ops: 4, requests: 2, tombstones: 0 },
  });
});

test('compaction loop - what fails is tried again; what does not pass by itself is reported', async () => {
  const world = start();
  world.answer = () => Promise.reject(new TestudoError('UNAVAILABLE', 'busy'));
  world.platform.pass(60_000);
  await settled();
  expect(world.platform.errors).toEqual([]);
  const corrupt = new TestudoError('CORRUPT', 'a record');
  world.answer = () => Promise.reject(corrupt);
  world.platform.pass(3_600_000);
  await settled();
  expect(world.platform.errors).toEqual([corrupt]);
  expect(world.runs.length).toBe(2);
});

test('compaction loop - stops with its host, also a run that is under way', async () => {
  const world = start();
  let end: (error: unknown) => void = () => undefined;
  world.answer = () => new Promise((_, reject) => void (end = reject));
  world.platform.pass(60_000);
  world.loop.dispose();
  expect(world.runs[0]?.shouldStop?.()).toBe(true);
  end(new TestudoError('CORRUPT', 'closed'));
  await settled();
  world.platform.pass(7_200_000);
  expect([world.runs.length, world.platform.errors, world.platform.timers]).toEqual([1, [], 0]);
});
