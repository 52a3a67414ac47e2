import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { resolveBinding } from '../port/resolve-binding.ts';
import type { ObjectState } from '../record/object-state.ts';
import { modelWorld, type Adapters } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { ModelSpec } from './model-spec.ts';
import type { BreakerSpec, PortSpec } from './port-spec.ts';
import { designKeys } from './spec-table.fixture.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
};
const first: PortSpec = { type: 'outbound', consumesEvent: 'thingCreated', timeout: 0, maxRetry: 0 };
const brings = { weigh: async () => ({ grams: 5, scale: 's' }) };
const fails = { weigh: () => Promise.reject(new Error('broken')) };
const silent = { weigh: () => new Promise<never>(() => undefined) };

/** Things made at a server, one after the other, once a minute has passed after each. */
async function flows(ports: { readonly [name: string]: PortSpec }, adapters: Adapters, count = 1) {
  const world = await modelWorld({ ...model, ports }, adapters);
  const states: ObjectState[] = [];
  for (let made = 0; made < count; made += 1) {
    const { state } = await world.server.write({ modelName: 'thing', kind: 'create', input: {} }, ada);
    for (let second = 0; second < 60; second += 1) {
      await settled();
      world.platform.pass(1000);
    }
    await settled();
    states.push(await world.server.find('thing', state.id, ada));
  }
  const [state] = states as [ObjectState];
  const [breaker] = (await world.server.inspect()).breakers;
  return { ...world, states, state, breaker };
}
const done = ({ flow }: ObjectState): readonly string[] =>
  (flow?.done ?? []).map(({ port, status, attempts }) => `${port} ${status} ${attempts}`);
const breaking = (thresholds: Partial<BreakerSpec>): { readonly [name: string]: PortSpec } => ({
  weigh: {
    ...first,
    circuitBreaker: {
      default: { errorRate: 50, callVolume: 2, intervalMs: 600_000, retryDelay: 600_000, ...thresholds },
    },
  },
});

/** What shows that a key of a port, or of its thresholds, is honoured. */
const shows: { readonly [key: string]: () => void | Promise<void> } = {
  'port.type': async () =>
    expect((await flows({ weigh: first }, brings)).server.models()[0]?.ports['weigh']?.type).toBe('outbound'),
  'port.service': () => {
    const bindings = { adapters: { 'thing.weigh': 'a#weigh' }, services: { scale: 's#scale' } };
    const found = resolveBinding(bindings, { ...first, service: 'scale' }, 'thing.weigh');
    expect(found).toMatchObject({ service: 's#scale' });
  },
  'port.consumesEvent': async () => {
    expect(done((await flows({ weigh: first }, brings)).state)).toEqual(['weigh done 1']);
    expect(done((await flows({ weigh: { ...first, consumesEvent: 'never' } }, brings)).state)).toEqual([]);
    expect(done((await flows({ weigh: { ...first, consumesEvent: 'CREATETHING' } }, brings)).state)).toHaveLength(1);
  },
  'port.producesEvent': async () => {
    const ports = { weigh: { ...first, producesEvent: 'weighed' }, ship: { ...first, consumesEvent: 'weighed' } };
    const { state } = await flows(ports, { ...brings, ship: async () => ({}) });
    expect(done(state)).toEqual(['weigh done 1', 'ship done 1']);
  },
  'port.callback': async () => {
    const callback: PortSpec['callback'] = (_options, payload) => ({ heavy: payload });
    expect((await flows({ weigh: { ...first, callback } }, brings)).state.fields).toEqual({
      heavy: { grams: 5, scale: 's' },
    });
  },
  'port.errorCallback': async () => {
    const errorCallback: PortSpec['errorCallback'] = ({ error }) => ({ failed: error.code });
    expect((await flows({ weigh: { ...first, errorCallback } }, fails)).state.fields).toEqual({
      failed: 'PORT_FAILED',
    });
  },
  'port.timeoutCallback': async () => {
    const timeoutCallback: PortSpec['timeoutCallback'] = ({ error }) => ({ late: error.code });
    const { state } = await flows({ weigh: { ...first, timeout: 50, timeoutCallback } }, silent);
    expect(state.fields).toEqual({ late: 'PORT_TIMEOUT' });
  },
  'port.keys': async () =>
    expect((await flows({ weigh: { ...first, keys: 'grams' } }, brings)).state.fields).toEqual({ grams: 5 }),
  'port.timeout': async () =>
    expect(done((await flows({ weigh: { ...first, timeout: 50 } }, silent)).state)).toEqual(['weigh failed 1']),
  'port.maxRetry': async () =>
    expect(done((await flows({ weigh: { ...first, maxRetry: 2 } }, fails)).state)).toEqual(['weigh failed 3']),
  'port.undo': async () => {
    const ports = {
      weigh: { ...first, producesEvent: 'weighed', undo: () => ({ grams: undefined }) },
      ship: { ...first, consumesEvent: 'weighed' },
    };
    const { state } = await flows(ports, { ...brings, ship: fails.weigh });
    expect(done(state)).toEqual(['weigh done 1', 'ship failed 1', 'weigh undone 1']);
    expect(state.fields).toEqual({ scale: 's' });
  },
  'port.disabled': async () =>
    expect(done((await flows({ weigh: { ...first, disabled: true } }, brings)).state)).toEqual([]),
  'port.circuitBreaker': async () => {
    const { breaker } = await flows(breaking({}), fails, 2);
    expect(breaker).toMatchObject({ port: 'weigh', state: { name: 'open', cause: 'default' } });
  },
  'breaker.errorRate': async () => {
    let call = 0;
    const half = { weigh: async () => ((call += 1) % 2 === 0 ? Promise.reject(new Error('broken')) : {}) };
    expect((await flows(breaking({ errorRate: 51 }), half, 2)).breaker?.state.name).toBe('closed');
    call = 0;
    expect((await flows(breaking({ errorRate: 50 }), half, 2)).breaker?.state.name).toBe('open');
  },
  'breaker.callVolume': async () => {
    expect((await flows(breaking({ callVolume: 3 }), fails, 2)).breaker?.state.name).toBe('closed');
    expect((await flows(breaking({ callVolume: 3 }), fails, 3)).breaker?.state.name).toBe('open');
  },
  'breaker.intervalMs': async () =>
    expect((await flows(breaking({ intervalMs: 1000 }), fails, 3)).breaker?.state.name).toBe('closed'),
  'breaker.retryDelay': async () => {
    const { breaker } = await flows(breaking({ callVolume: 1, retryDelay: 30_000 }), fails, 2);
    expect(breaker).toMatchObject({ state: { name: 'open' }, failures: 1 });
  },
  'breaker.fallbackFn': async () => {
    const { states } = await flows(breaking({ fallbackFn: () => ({ guessed: true }) }), fails, 3);
    expect(states[2]?.fields).toEqual({ guessed: true });
  },
};

/** Keys that the suites of their own rooms show; of those that are not built yet each use is refused. */
const elsewhere: { readonly [key: string]: string } = {
  'port.adapter': 'fabric/port/call-adapters.test.ts',
  'port.compute': 'fabric/spec/spec-table.fixture.ts',
  'port.placement': 'fabric/host/flow-placement.test.ts',
  'port.methods': 'fabric/spec/check-doors.test.ts',
  'port.path': 'fabric/spec/check-doors.test.ts',
};

describe('a key that the design names is honoured', () => {
  test.each(Object.keys(shows))('%s', (key) => shows[key]?.());

  test.each(Object.keys(elsewhere))('%s, elsewhere', (key) => {
    const suite = readFileSync(join(import.meta.dirname, '../..', elsewhere[key] ?? ''), 'utf8');
    expect(suite).toContain(key.split('.')[1]);
  });

  test('each of them has its show', () => {
    for (const part of ['port', 'breaker'])
      for (const key of (designKeys[part] ?? '').split(/\s+/))
        expect([...Object.keys(shows), ...Object.keys(elsewhere)]).toContain(`${part}.${key}`);
  });
});

test('an adapter may take a second parameter, return nothing, and call that back', async () => {
  const called: Adapters = { weigh: (_call, answer) => void answer?.({ grams: 7 }) };
  expect((await flows({ weigh: first }, called)).state.fields).toEqual({ grams: 7 });
  const later: Adapters = { weigh: async (_call, answer) => void answer?.('options', { grams: 8 }) };
  expect((await flows({ weigh: first }, later)).state.fields).toEqual({ grams: 8 });
  const never: Adapters = { weigh: (_call, _answer) => undefined };
  expect(done((await flows({ weigh: { ...first, timeout: 50 } }, never)).state)).toEqual(['weigh failed 1']);
});
