import { expect, test } from 'vitest';

import { checkModel } from '../check-spec.ts';
import { defineModel } from '../define-model.ts';
import { adapterName } from '../object-form.ts';
import { reportModel } from '../report-model.ts';
import { normalise } from './normalise.ts';
import { Parcel } from './parcel.fixture.ts';

const reportOf = (value: unknown, exportName = 'Parcel') => {
  const normalised = normalise(value, exportName);
  const report = reportModel(checkModel(normalised?.spec, 'parcels', 'b1'), 'parcels', 'testudo_parcels_b1');
  return { report, warning: normalised?.warning ?? null };
};
const named = { ...Parcel, ports: {}, relations: {}, commands: {} };

test('the older specification loads, is reported so, and says once what is left out', () => {
  const { report, warning } = reportOf(Parcel);
  expect(report).toMatchObject({
    modelName: 'parcel',
    endpoint: 'parcels',
    domain: 'parcel',
    legacy: true,
    commands: { decrypt: { acl: ['read', 'decrypt'] }, release: { acl: [] } },
    accessControlList: { read: ['role:admin', 'owner'], write: ['role:admin'], delete: ['role:admin', '!owner'] },
  });
  expect(Object.keys(report.ports)).toEqual(['listen', 'notify', 'weigh', 'ship', 'track']);
  expect(report.ports['weigh']).toMatchObject({
    timeoutMs: 12_000,
    maxRetry: 10,
    undoable: true,
    circuitBreaker: {
      PORT_TIMEOUT: { callVolume: 2, errorRate: 1, intervalMs: 5000, hasFallback: false },
      default: { callVolume: 3, errorRate: 3, intervalMs: 60_000, hasFallback: true },
    },
  });
  expect(report.ports['listen']).toMatchObject({ timeoutMs: 0, consumesEvent: null });
  expect(report.ports['ship']).toMatchObject({ disabled: true });
  expect(structuredClone(report)).toEqual(report);
  for (const key of ['relations.sender.desc', 'datasource.url', 'datasource.cacheSize', 'datasource.baseClass'])
    expect(warning).toContain(key);
});

test('what defineModel made is never read as older, nor what has every sign of the canonical shape', () => {
  const canonical = { modelName: 'a', endpoint: 'as', factory: () => () => ({}), accessControlList: {} };
  expect(normalise(canonical, 'A')).toBeNull();
  expect(normalise(defineModel(Parcel as never), 'Parcel')).toBeNull();
  expect(normalise({ STATUS: 'x' }, 'Statuses')).toBeNull();
});

test.each([
  ['no name: that of the export', {}, { modelName: 'parcel' }],
  ['a name in any case', { modelName: 'PARCEL' }, { modelName: 'parcel' }],
  ['no endpoint', { endpoint: undefined }, { endpoint: 'parcels' }],
  ['an endpoint in capitals', { endpoint: '/Parcels' }, { endpoint: 'parcels' }],
  ['no domain: the name', { domain: undefined }, { domain: 'parcel' }],
  ['no ports', { ports: undefined }, { ports: {} }],
  ['an unknown key', { colour: 'red' }, { modelName: 'parcel' }],
  ['retries', { ports: { a: { type: 'outbound', retries: 2 } } }, { ports: { a: { maxRetry: 2 } } }],
  ['both', { ports: { a: { type: 'outbound', retries: 2, maxRetry: 3 } } }, { ports: { a: { maxRetry: 3 } } }],
  ['a port without type', { ports: { a: {} } }, { ports: { a: { type: 'outbound', maxRetry: 10 } } }],
  ['a type in capitals', { ports: { a: { type: 'INBOUND' } } }, { ports: { a: { type: 'inbound' } } }],
  ['a version that is none', { version: 'new' }, { modelName: 'parcel' }],
  ['a version', { version: '1.2.3' }, { version: '1.2.3' }],
  [
    'no access control list: the owner alone',
    { accessControlList: undefined },
    { accessControlList: { read: ['owner'], write: ['owner'] } },
  ],
  [
    'kinds of who may',
    {
      accessControlList: {
        sam: { allow: '*', type: 'user' },
        anyone: { allow: 'read' },
        auditor: { allow: ['read', 'update'], deny: ['update'] },
        carrier: { allow: 'read', type: 'relation' },
      },
    },
    {
      accessControlList: {
        read: ['user:sam', 'anyone', 'role:auditor'],
        write: ['user:sam', 'role:auditor', '!role:auditor'],
        create: ['user:sam'],
        delete: ['user:sam'],
      },
    },
  ],
  [
    'names of related models in any case',
    { relations: { owner: { modelName: 'CUSTOMER', type: 'manyToOne', foreignKey: 'ownerId' } } },
    { relations: { owner: { modelName: 'customer', type: 'manyToOne', foreignKey: 'ownerId' } } },
  ],
  [
    'thresholds by an error’s name, and the rest of default',
    {
      ports: { a: { type: 'outbound', circuitBreaker: { ScaleBroken: { errorRate: 7 }, default: { callVolume: 9 } } } },
    },
    {
      ports: {
        a: {
          circuitBreaker: {
            ScaleBroken: { errorRate: 7, callVolume: 9, intervalMs: 60_000 },
            default: { errorRate: 50, callVolume: 9 },
          },
        },
      },
    },
  ],
  [
    'thresholds for failures after all retries',
    { ports: { a: { type: 'outbound', circuitBreaker: { portRetryFailed_PARCEL: { errorRate: 7 } } } } },
    { ports: { a: { circuitBreaker: { PORT_FAILED: { errorRate: 7 } } } } },
  ],
  [
    'approvedChanges bound what a port without keys may change',
    {
      approvedChanges: ['note'],
      ports: { a: { type: 'outbound', consumesEvent: 'x' }, b: { type: 'outbound', keys: 'w' } },
    },
    { ports: { a: { writes: ['note'] }, b: { writes: ['w'] } } },
  ],
])('%s', (_what, keys, expected) => {
  expect(reportOf({ ...named, ...keys }).report).toMatchObject(expected);
});

test.each([
  ['an unknown key', { colour: 'red' }, 'dropped: ', 'colour'],
  ['a wrong value', { version: 'new' }, 'dropped: ', 'version'],
  [
    'thresholds of another port',
    { ports: { a: { circuitBreaker: { portTimeout_b_parcel: {} } } } },
    'dropped: ',
    'portTimeout_b_parcel',
  ],
  ['a port that is none', { ports: { a: 'x' } }, 'dropped: ', 'ports.a'],
  ['a command that is none', { commands: { a: 1 } }, 'dropped: ', 'commands.a'],
  ['a relation of no known type', { relations: { a: { modelName: 'b', type: 'some' } } }, 'dropped: ', 'relations.a'],
  [
    'who may by a relation',
    { accessControlList: { carrier: { allow: 'read', type: 'relation' } } },
    'dropped: ',
    'accessControlList.carrier',
  ],
  ['no access control list', { accessControlList: undefined }, 'its owner alone reads and writes', ''],
  ['an endpoint that was none', { endpoint: undefined }, 'its endpoint is parcels', ''],
  ['a mixin that is none', { mixins: ['x'] }, 'dropped: ', 'mixins'],
  ['a serializer that is none', { serializers: [{ on: 'never' }] }, 'dropped: ', 'serializers.0'],
])('it is told by name: %s', (_what, keys, begin, name) => {
  const { warning } = reportOf({ ...named, ...keys });
  expect(warning).toContain('model parcel is of the older shape');
  expect(warning).toContain(begin);
  expect(warning).toContain(name);
});

test('nothing to tell, nothing told', () => {
  expect(reportOf({ ...named, eventHandlers: undefined, routes: undefined, datasource: undefined }).warning).toBeNull();
});

test.each([
  [
    'routes below its endpoint',
    { routes: [{ path: '/parcels/:id', get: () => null }] },
    { routes: [{ path: '/parcels/:id', methods: ['get'] }] },
  ],
  ['no routes elsewhere', { routes: [{ path: '/other', get: () => null }, 'x'] }, { routes: [] }],
  [
    'methods of an inbound port',
    { ports: { track: { type: 'inbound', methods: ['patch'] } } },
    { ports: { track: { methods: ['patch'] } } },
  ],
  [
    'no methods of an outbound one',
    { ports: { track: { methods: ['patch'] } } },
    { ports: { track: { type: 'outbound' } } },
  ],
  [
    'event handlers',
    { eventHandlers: [() => null, { on: 'parcel*', handle: () => null }] },
    { hears: { own: true, names: ['parcel*'] } },
  ],
  [
    'fields of a port that others may call',
    { ports: { track: { type: 'inbound', callback: () => ({}) } }, accessControlList: { carrier: { allow: 'track' } } },
    { ports: { track: { writes: [] } } },
  ],
  [
    'a relation called like a method',
    { relations: { owner: { modelName: 'a', type: 'manyToOne', foreignKey: 'b' } } },
    { relations: { owner: { modelName: 'a' } } },
  ],
])('it has %s', (_what, keys, expected) => {
  expect(reportOf({ ...named, ...keys }).report).toMatchObject(expected);
});

test('addresses that cannot be served are told', () => {
  const { warning } = reportOf({
    ...named,
    routes: [{ path: '/other', get: () => null }],
    ports: { a: { path: '/b' } },
  });
  expect(warning).toContain('ports.a.path, routes.0');
  expect(warning).not.toContain('ports.a.methods');
});

test('an adapter of a port is found by the port’s name', () => {
  const { spec } = normalise(Parcel, 'Parcel') ?? {};
  expect(Object.values((spec?.['ports'] ?? {}) as object).map((port) => port[adapterName])).toEqual(
    Object.keys(Parcel.ports),
  );
});
