import { expect, test } from 'vitest';

import type { FlowState, ObjectState } from '../record/object-state.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { noFlows, type CreateFlowRunner, type FlowRunner, type FlowRunnerOptions } from './flow-runner-api.ts';
import { lazyFlowRunner } from './lazy-flow-runner.ts';
import type { Partition } from './partition.ts';

const step = { port: 'pick', event: 'created', key: 'k1' };
const state = (flow: Partial<FlowState> | null): ObjectState =>
  ({ id: 'o1', deleted: false, flow: flow && { owner: 'here', epoch: 1, due: [], done: [], ...flow } }) as ObjectState;
const partition = (of: ObjectState): Partition =>
  ({
    source: { held: () => [of] },
    confirmed: () => of,
    refused: () => [],
    modelName: 'order',
  }) as unknown as Partition;

/** A lazy runner whose program a test lets come; `log` holds what the real one was told. */
function setUp() {
  const log: string[] = [];
  const platform = virtualPlatform();
  const now = { load: async (): Promise<CreateFlowRunner> => create };
  const create: CreateFlowRunner = () =>
    ({
      consider: (_partition, { id }, op) => log.push(`consider ${id} ${String(op)}`),
      refused: () => log.push('refused'),
      resume: () => log.push('resume'),
      close: () => log.push('close'),
      counters: { ...noFlows, calls: 1 },
      breaker: async () => null,
      breakers: () => [],
    }) as FlowRunner;
  const loads = { count: 0 };
  const lazy = lazyFlowRunner(() => {
    loads.count += 1;
    return now.load();
  })({ node: 'here', platform } as unknown as FlowRunnerOptions);
  return { lazy, log, loads, now, platform };
}

test('nothing is loaded for objects without a flow, of another owner, or whose flow is through', async () => {
  const { lazy, loads } = setUp();
  for (const none of [state(null), state({ owner: 'there', due: [step] }), state({})]) {
    lazy.consider(partition(none), none, 'n:1');
    lazy.resume([partition(none)]);
  }
  await settled();
  expect(loads.count).toBe(0);
  expect(lazy.counters.calls).toBe(0);
});

test('the first step loads the program, which is told of all that came meanwhile, in order', async () => {
  const { lazy, log, loads } = setUp();
  const due = state({ due: [step] });
  lazy.consider(partition(due), due, 'n:1');
  lazy.resume([partition(state({ compensation: { reason: 'x', left: [step] } }))]);
  await settled();
  lazy.consider(partition(due), due);
  expect(log).toEqual(['consider o1 n:1', 'resume', 'consider o1 undefined']);
  expect(loads.count).toBe(1);
  expect(lazy.counters.calls).toBe(1);
});

test('a load that fails is reported, and tried again with the next step', async () => {
  const { lazy, log, now, platform } = setUp();
  const due = state({ due: [step] });
  const { load } = now;
  now.load = () => Promise.reject(new Error('no network'));
  lazy.consider(partition(due), due, 'n:1');
  await settled();
  expect(platform.errors).toHaveLength(1);
  now.load = load;
  lazy.resume([partition(due)]);
  await settled();
  expect(log).toEqual(['consider o1 n:1', 'resume']);
});

test('a runner that is closed loads nothing any more', async () => {
  const { lazy, log } = setUp();
  const due = state({ due: [step] });
  lazy.consider(partition(due), due, 'n:1');
  lazy.close();
  await settled();
  expect(log).toEqual([]);
});
