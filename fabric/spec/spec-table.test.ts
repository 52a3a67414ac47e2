import { expect, test } from 'vitest';

import { resolveBinding } from '../port/resolve-binding.ts';
import { checkModel } from './check-spec.ts';
import * as rules from './spec-keys.ts';
import { designKeys, keyRows } from './spec-table.fixture.ts';

const model = { modelName: 'thing', endpoint: 'things', factory: () => () => ({}), accessControlList: {} };
const relation = { modelName: 'user', type: 'manyToOne', foreignKey: 'makerId' };
const breaker = { errorRate: 20, callVolume: 5, intervalMs: 9000 };

/** A specification with one value in one place. */
function withValue(key: string, value: unknown): object {
  const [part = '', name = ''] = key.split('.');
  const at = { [name]: value };
  switch (part) {
    case 'model':
      return { ...model, ...at };
    case 'port':
      return {
        ...model,
        ports: { weigh: { type: name === 'methods' || name === 'path' ? 'inbound' : 'outbound', ...at } },
      };
    case 'command':
      return { ...model, commands: { go: { command: () => ({}), ...at } } };
    case 'relation':
      return {
        ...model,
        relations: { maker: { ...relation, ...(name === 'query' ? { type: 'custom' } : {}), ...at } },
      };
    case 'breaker':
      return { ...model, ports: { weigh: { type: 'outbound', circuitBreaker: { default: { ...breaker, ...at } } } } };
    default:
      return { ...model, [part]: at };
  }
}

const places: { readonly [part: string]: string } = {
  model: '',
  port: 'ports.weigh.',
  command: 'commands.go.',
  relation: 'relations.maker.',
  breaker: 'ports.weigh.circuitBreaker.default.',
  datasource: 'datasource.',
  sync: 'sync.',
};
const placeOf = (key: string): string => key.replace(/^\w+\./, (part) => places[part.slice(0, -1)] ?? '');
const check = (value: unknown): unknown => checkModel(value, 'shop', 'b1');
const refusalOf = (value: unknown): string => {
  try {
    check(value);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'SPEC_INVALID' });
    return (error as Error).message;
  }
};

test.each(keyRows.flatMap(({ key, right }) => right.map((value) => [key, value] as const)))(
  '%s takes %o',
  (key, value) => {
    expect(refusalOf(withValue(key, value))).toBe('');
  },
);

test.each(keyRows.flatMap(({ key, wrong }) => wrong.map(([value, words]) => [key, value, words] as const)))(
  '%s refuses %o: %s',
  (key, value, words) => {
    const refusal = refusalOf(withValue(key, value));
    expect(refusal).toContain(`shop (build b1), model ${key === 'model.modelName' ? '' : 'thing'}`);
    expect(refusal).toContain(words);
    if (!words.startsWith('migrate.')) expect(refusal).toContain(placeOf(key));
  },
);

test.each(Object.keys(places))('an unknown key of a %s is refused, and the known ones are named', (part) => {
  const refusal = refusalOf(withValue(`${part}.colour`, 'red'));
  expect(refusal).toContain(`${placeOf(`${part}.colour`)} is no key of a specification; known are`);
});

test('the table has each key that the design names, and each that the host knows', () => {
  const rows = keyRows.map(({ key }) => key);
  for (const part of Object.keys(designKeys))
    for (const key of (designKeys[part] ?? '').split(/\s+/)) expect(rows).toContain(`${part}.${key}`);
  const known: { readonly [part: string]: object } = {
    model: rules.modelKeys,
    port: rules.portKeys,
    datasource: rules.datasourceKeys,
    sync: rules.syncKeys,
    command: rules.commandKeys,
    relation: rules.relationKeys,
    breaker: rules.breakerKeys,
  };
  for (const part of Object.keys(known))
    for (const key of Object.keys(known[part] ?? {})) expect(rows).toContain(`${part}.${key}`);
});

test.each([
  ['a step that migrate lacks', { schemaVersion: 3, migrate: { 2: () => ({}) } }, 'migrate.1 is missing; each version'],
  [
    'ports that make each other due without end',
    {
      ports: {
        a: { type: 'outbound', consumesEvent: 'x', producesEvent: 'y' },
        b: { type: 'outbound', consumesEvent: 'y', producesEvent: 'z' },
        c: { type: 'outbound', consumesEvent: 'z', producesEvent: 'x' },
      },
    },
    'ports.a.producesEvent makes it due again (a -> b -> c -> a), without end',
  ],
  [
    'a port that makes itself due',
    { ports: { a: { type: 'outbound', consumesEvent: 'x', producesEvent: 'x' } } },
    'ports.a.producesEvent makes it due again (a -> a)',
  ],
  [
    'a port named like a command',
    { ports: { go: { type: 'inbound' } }, commands: { go: { command: () => ({}) } } },
    'ports.go is also the name of a command; rename one of them',
  ],
  [
    'a mixin that gives nothing',
    { mixins: [() => undefined] },
    'mixins.0 must give a record of members, for an empty object too',
  ],
  [
    'a mixin that needs an object',
    { mixins: [(o: { a: { b: 1 } }) => ({ c: o.a.b })] },
    'mixins.0 must give a record of members',
  ],
  [
    'a member named as a method',
    { mixins: [() => ({ save: () => 1 })] },
    'mixins.0 gives objects a member save, which is also the name of a method that every object has; rename it',
  ],
  [
    'a member named as a port',
    { mixins: [() => ({ a: () => 1 })], ports: { a: { type: 'outbound' } } },
    'mixins.0 gives objects a member a, which is also the name of one of its ports',
  ],
  [
    'an undo of a port that is not there',
    { ports: { a: { type: 'outbound', undo: 'b' } } },
    'ports.a.undo must name another port',
  ],
  ['an undo of itself', { ports: { a: { type: 'outbound', undo: 'a' } } }, 'ports.a.undo must name another port'],
  [
    'a flow port without writes beside approvedChanges',
    { approvedChanges: [], ports: { a: { type: 'outbound', consumesEvent: 'x' } } },
    'ports.a.writes is missing; name there',
  ],
  ['a port that is no record', { ports: { a: 'x' } }, 'ports.a must be an object literal; use defineModel'],
  [
    'thresholds that are none',
    { ports: { a: { type: 'outbound', circuitBreaker: { default: 5 } } } },
    'ports.a.circuitBreaker.default must be an object literal',
  ],
])('keys that do not go together: %s', (_what, keys, words) => {
  expect(refusalOf({ ...model, ...keys })).toContain(`shop (build b1), model thing: ${words}`);
});

test.each([
  [
    'adapter',
    { type: 'outbound' },
    'port order.pick has no adapter; bind it in the configuration: bindings.adapters["order.pick"]',
  ],
  [
    'service',
    { type: 'outbound', service: 'scale' },
    'port order.pick needs the service scale; bind it in the configuration: bindings.services["scale"]',
  ],
] as const)('a port whose %s nobody binds says where to', (what, port, words) => {
  const adapters = what === 'adapter' ? {} : { 'order.pick': 'shop#pick' };
  const resolve = (): unknown => resolveBinding({ adapters, services: {} }, port, 'order.pick');
  expect(resolve).toThrow(
    expect.objectContaining({ code: 'ADAPTER_MISSING', message: expect.stringContaining(words) }),
  );
});
