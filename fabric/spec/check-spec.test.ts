import { expect, test } from 'vitest';

import { checkModel } from './check-spec.ts';
import { defineModel } from './define-model.ts';
import { reportModel } from './report-model.ts';

const order = defineModel({
  modelName: 'order',
  endpoint: 'orders',
  factory: () => (input) => input,
  ports: { pickOrder: { type: 'outbound', service: 'inventory', consumesEvent: 'orderCreated' } },
  commands: { approve: { command: () => ({}) } },
  accessControlList: { read: ['owner', 'role:clerk'] },
});

const problemOf = (value: unknown): string => {
  try {
    checkModel(value, 'sales', 'b1');
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'SPEC_INVALID' });
    return (error as Error).message;
  }
};

test('a complete specification passes and is reported with its defaults', () => {
  const report = reportModel(checkModel(order, 'sales', 'b1'), 'sales', 'testudo_sales_b1');
  expect(report).toMatchObject({
    modelName: 'order',
    domain: 'default',
    schemaVersion: 1,
    commands: { approve: { acl: [] } },
  });
  expect(report.ports['pickOrder']).toEqual({
    type: 'outbound',
    service: 'inventory',
    consumesEvent: 'orderCreated',
    producesEvent: null,
    timeoutMs: 12_000,
    maxRetry: 10,
    disabled: false,
  });
  expect(structuredClone(report)).toEqual(report);
});

test.each([
  ['not a record', [], 'specification must be an object literal'],
  ['a missing key', { ...order, endpoint: undefined }, 'endpoint is missing; it must be a path segment'],
  ['a wrong type', { ...order, factory: 'make' }, 'factory is wrong; it must be a function'],
  ['an unknown key', { ...order, colour: 'red' }, 'colour is no key of a specification; known are modelName'],
  ['a key of the prototype', { ...order, toString: 'x' }, 'toString is no key'],
  [
    'a wrong port',
    { ...order, ports: { pick: { type: 'sideways' } } },
    'ports.pick.type is wrong; it must be one of inbound, outbound',
  ],
  ['a port without type', { ...order, ports: { pick: {} } }, 'ports.pick.type is missing'],
  ['a wrong command', { ...order, commands: { go: { command: 1 } } }, 'commands.go.command is wrong'],
  ['a wrong access rule', { ...order, accessControlList: { read: ['everybody'] } }, 'accessControlList is wrong'],
  [
    'a flow port that may change anything beside approvedChanges',
    { ...order, approvedChanges: ['note'] },
    'ports.pickOrder.writes is missing; name there the fields that it may change',
  ],
  [
    'the same with a callback, which keys do not bind',
    {
      ...order,
      approvedChanges: [],
      ports: { pick: { type: 'outbound', consumesEvent: 'x', keys: 'a', callback: () => ({}) } },
    },
    'ports.pick.writes is missing',
  ],
  [
    'an inbound port that may change anything beside approvedChanges',
    { ...order, approvedChanges: ['note'], ports: { track: { type: 'inbound' } } },
    'ports.track.writes is missing; name there the fields that it may change, for the model has approvedChanges',
  ],
  [
    'an inbound port that others than the writers may call, and that may change anything',
    { ...order, ports: { track: { type: 'inbound' } }, accessControlList: { track: ['role:carrier'] } },
    'ports.track.writes is missing; name there the fields that it may change, for others than its writers may call it',
  ],
  [
    'an undo that names no port',
    { ...order, ports: { pick: { type: 'outbound', undo: 'unpick' } } },
    'ports.pick.undo must name another port of this model that consumes no event, not unpick',
  ],
  [
    'an undo that would run by itself',
    { ...order, ports: { pick: { type: 'outbound', undo: 'put' }, put: { type: 'outbound', consumesEvent: 'x' } } },
    'ports.pick.undo must name another port',
  ],
  [
    'a threshold above 100 %',
    {
      ...order,
      ports: {
        pick: { type: 'outbound', circuitBreaker: { default: { errorRate: 101, callVolume: 1, intervalMs: 1 } } },
      },
    },
    'ports.pick.circuitBreaker.default.errorRate is wrong; it must be percent',
  ],
  [
    'an undo that might change what users may not',
    {
      ...order,
      approvedChanges: ['note'],
      ports: {
        pick: { type: 'outbound', consumesEvent: 'orderCreated', writes: ['picked'], undo: 'unpick' },
        unpick: { type: 'outbound' },
      },
    },
    'ports.unpick.writes is missing; name there the fields that it may change',
  ],
  [
    'thresholds without a window',
    {
      ...order,
      ports: { pick: { type: 'outbound', circuitBreaker: { default: { errorRate: 1, callVolume: 1 } } } },
    },
    'ports.pick.circuitBreaker.default.intervalMs is missing',
  ],
  [
    'a port named like a command',
    { ...order, ports: { approve: { type: 'inbound' } } },
    'ports.approve is also the name of a command',
  ],
])('%s is refused with model, key and remedy', (_what, value, problem) => {
  expect(problemOf(value)).toContain(problem);
  expect(problemOf(value)).toContain('sales (build b1)');
});

test('what a port may change is reported: its writes, or its keys where there is no callback', () => {
  const port = { type: 'outbound', consumesEvent: 'x' } as const;
  const ports = {
    bound: { ...port, writes: ['a'], keys: 'b' },
    keyed: { ...port, keys: 'b' },
    closed: { ...port, writes: [] },
  };
  const report = reportModel(checkModel({ ...order, approvedChanges: ['note'], ports }, 's', 'b'), 's', 'b');
  expect(Object.values(report.ports).map(({ writes }) => writes)).toEqual([['a'], ['b'], []]);
});

test('a port with undo, thresholds and an answer to failure is reported so', () => {
  const threshold = { errorRate: 20, callVolume: 5, intervalMs: 9000 };
  const ports = {
    pick: {
      type: 'outbound',
      undo: () => ({}),
      errorCallback: () => ({}),
      circuitBreaker: {
        default: { ...threshold, fallbackFn: () => ({}) },
        PORT_TIMEOUT: { ...threshold, retryDelay: 1 },
      },
    },
  };
  expect(reportModel(checkModel({ ...order, ports }, 's', 'b'), 's', 'b').ports['pick']).toMatchObject({
    undoable: true,
    answersFailure: true,
    circuitBreaker: {
      default: { ...threshold, retryDelayMs: 10_000, hasFallback: true },
      PORT_TIMEOUT: { ...threshold, retryDelayMs: 1, hasFallback: false },
    },
  });
});
