import { expect, test } from 'vitest';

import { configuration as file } from '../testudo.config.ts';
import { loadConfiguration } from './configuration.ts';

const load = (environment = {}, base: unknown = file): ReturnType<typeof loadConfiguration> =>
  loadConfiguration(base, environment, '/project');

test('configuration - the file alone is development on loopback, with trace', () => {
  expect(load()).toMatchObject({
    mode: 'development',
    address: '127.0.0.1',
    port: 8080,
    demoFile: null,
    host: { trace: true },
  });
  expect(load().dataDirectory).toBe('/project/.testudo');
});

test('configuration - the environment overrides', () => {
  const environment = {
    PORT: '0',
    TESTUDO_MODE: 'production',
    TESTUDO_DATA: '/data',
    TESTUDO_ALLOWED_ORIGINS: 'https://a.example, http://localhost:1',
    TESTUDO_ENDPOINT_WAREHOUSE: 'http://localhost:2/x',
    TESTUDO_DEMO: '/demo.json',
  };
  expect(load(environment)).toMatchObject({
    mode: 'production',
    port: 0,
    dataDirectory: '/data',
    allowedOrigins: ['https://a.example', 'http://localhost:1'],
    demoFile: '/demo.json',
    host: { trace: false, endpoints: { warehouse: 'http://localhost:2/x' } },
  });
});

const hook = { type: 'webhook', url: 'https://a.example/x?key=1', secret: { env: 'S' } };

test('configuration - sinks name the variable that has their secret, and nothing of it is kept', () => {
  const S = 'sixteen characters';
  const loaded = load({ S }, { ...file, sinks: { audit: hook, log: { type: 'file', models: ['order'] } } });
  expect(loaded.sinks).toEqual({
    audit: { ...hook, events: ['*'], from: 'start' },
    log: { type: 'file', models: ['order'], events: ['*'], from: 'start' },
  });
  expect(JSON.stringify(loaded)).not.toContain(S);
  expect(JSON.stringify(loaded.host)).not.toContain('a.example/x');
});

test.each([
  ['port', { PORT: 'many' }, file],
  ['port', { PORT: '70000' }, file],
  ['mode', { TESTUDO_MODE: 'fast' }, file],
  ['address', {}, { ...file, address: '0.0.0.0' }],
  ['address', { TESTUDO_MODE: 'production', TESTUDO_DEMO: '/demo.json' }, { ...file, address: '127.evil.example' }],
  ['allowedOrigins.0', { TESTUDO_ALLOWED_ORIGINS: 'https://a.example/path' }, file],
  ['endpoints.warehouse', { TESTUDO_ENDPOINT_WAREHOUSE: 'here' }, file],
  ['TESTUDO_DEMO', { TESTUDO_DEMO: 'relative.json' }, file],
  ['grants.fulfilment', {}, { ...file, grants: { fulfilment: ['endpoint:nowhere'] } }],
  ['bindings.adapters.pickOrder', {}, { ...file, bindings: { ...file.bindings, adapters: { pickOrder: 'a#b' } } }],
  ['realms.main.0', { TESTUDO_REALMS: 'main=Order' }, file],
  ['realms', {}, { ...file, realms: { a: ['*'], b: ['*'] } }],
  ['realmLimits.answerMs', {}, { ...file, realmLimits: { answerMs: 1 } }],
  ['datasources.order', {}, { ...file, datasources: { order: 'disk' } }],
  ['compute', {}, { ...file, compute: { min: 3, max: 2 } }],
  ['retention.logEntries', {}, { ...file, retention: { logEntries: -1 } }],
  ['retention.forever', {}, { ...file, retention: { forever: true } }],
  ['grants.x.0', {}, { ...file, grants: { x: ['fs'] } }],
  ['history.changes', {}, { ...file, history: { changes: -1 } }],
  ['history.models.order', {}, { ...file, history: { models: { order: 1001 } } }],
  ['sinks.audit.type', {}, { ...file, sinks: { audit: { type: 'pigeon' } } }],
  ['sinks.audit.url', {}, { ...file, sinks: { audit: { type: 'webhook', url: 'here', secret: { env: 'S' } } } }],
  [
    'sinks.audit.secret',
    {},
    { ...file, sinks: { audit: { type: 'webhook', url: 'https://a.example/x', secret: 'a' } } },
  ],
  ['sinks.audit.secret', { S: 'short' }, { ...file, sinks: { audit: hook } }],
  ['sinks.audit.secret', {}, { ...file, sinks: { audit: hook } }],
  ['sinks.audit.events.0', {}, { ...file, sinks: { audit: { type: 'broker', events: ['a b'] } } }],
  ['sinks.audit.path', {}, { ...file, sinks: { audit: { type: 'file', path: '/etc/passwd' } } }],
  ['sinks.Audit', {}, { ...file, sinks: { Audit: { type: 'broker' } } }],
  ['colour', {}, { ...file, colour: 'red' }],
  ['document', {}, null],
])('configuration - a broken %s is named', (key, environment, base) => {
  expect(() => load(environment, base)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      data: { key },
      message: expect.stringMatching(new RegExp(`^configuration: ${key}( \\(set by [A-Z_]+\\))?: .{20}`)),
    }),
  );
});

test.each([
  [{ PORT: 'many' }, file, 'port (set by PORT): found "many", allowed: a whole number from 0 to 65535'],
  [{ TESTUDO_MODE: 'fast' }, file, 'mode (set by TESTUDO_MODE): found "fast", allowed: development, production'],
  [{ TESTUDO_ENDPOINT_WAREHOUSE: 'x' }, file, 'endpoints.warehouse (set by TESTUDO_ENDPOINT_WAREHOUSE): found "x"'],
  [{ PORT: '1' }, { ...file, tenant: 'A' }, 'tenant: found "A", allowed: 1 to 40 of a-z, 0-9 and -'],
  [{}, { ...file, colour: 'red' }, 'colour: found "colour", allowed: none but mode, address, port,'],
])(
  'configuration - a refusal says where it was set, what was found, what is allowed (%#)',
  (environment, base, said) => {
    expect(() => load(environment, base)).toThrow(said);
  },
);

test('configuration - realms, their limits and the pool are handed on to every host', () => {
  const realms = { main: ['*'], partner: ['acme/*', 'acme-*'] };
  const host = { realms, realmLimits: { hookMs: 500 }, compute: { min: 1, max: 4 }, retention: { logEntries: 50 } };
  expect(load({}, { ...file, ...host }).host).toMatchObject(host);
  expect(load({ TESTUDO_REALMS: 'main=* partner=acme/*,acme-*' }).host).toMatchObject({ realms });
  expect(load().host).not.toHaveProperty('realms');
});

test('configuration - production without the demo may listen on any address', () => {
  expect(load({ TESTUDO_MODE: 'production' }, { ...file, address: '0.0.0.0' }).address).toBe('0.0.0.0');
});
