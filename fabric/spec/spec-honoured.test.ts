import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';
import { checkModel } from './check-spec.ts';
import { decide } from './decide.ts';
import type { DecideRequest, Decision } from './decision.ts';
import type { ModelReport } from './model-report.ts';
import type { ModelSpec } from './model-spec.ts';
import { requireProperties } from './mixins.ts';
import { reportModel } from './report-model.ts';
import { designKeys } from './spec-table.fixture.ts';

type Keys = Partial<ModelSpec>;

const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner', 'role:clerk'], write: ['owner'] },
};
const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: ['clerk'], tenant: 'main' };
const made = async (keys: Keys, part: Partial<DecideRequest> = {}): Promise<Decision> => {
  const request: DecideRequest = {
    ...{ at: 'origin', modelName: 'thing', id: 't1', kind: 'update', current: { a: 1 }, version: 1 },
    ...{ command: null, input: {}, patch: null },
    ...part,
  };
  const context = { uuid: () => 'u', now: () => 7, build: 'b' };
  return decide(checkModel({ ...model, ...keys }, 'shop', 'b1'), request, context);
};
const create = { kind: 'create', current: null, version: 0 } as const;
const reported = (keys: Keys): ModelReport => reportModel(checkModel({ ...model, ...keys }, 'shop', 'b1'), 'shop', 'b');
const refuses = (message: string) => () => {
  throw new Error(message);
};
/** A thing that ada has made at a server. */
async function placed(keys: Keys, input = {}) {
  const world = await modelWorld({ ...model, ...keys });
  const { state } = await world.server.write({ modelName: 'thing', kind: 'create', input }, ada);
  return { ...world, state };
}

/** What shows that a key is honoured. */
const shows: { readonly [key: string]: () => void | Promise<void> } = {
  'model.modelName': async () => expect((await placed({})).state.modelName).toBe('thing'),
  'model.endpoint': async () => {
    const { server } = await placed({ endpoint: 'many-things' });
    expect(server.modelOf('many-things')?.modelName).toBe('thing');
    expect(server.modelOf('things')).toBeUndefined();
  },
  'model.domain': () =>
    expect([reported({}).domain, reported({ domain: 'sales' }).domain]).toEqual(['default', 'sales']),
  'model.version': () => expect(reported({ version: '1.2.0' }).version).toBe('1.2.0'),
  'model.schemaVersion': async () => expect((await placed({ schemaVersion: 4 })).state.schemaVersion).toBe(4),
  'model.internal': () =>
    expect([reported({ internal: true }).internal, reported({}).internal]).toEqual([true, undefined]),
  'model.api': () => expect(() => reported({ api: 9 })).toThrow('the host interface that it is written for'),
  'model.schema': async () => {
    const validate = (value: unknown) => ({ value: { ...(value as object), seen: true } });
    const schema = { '~standard': { version: 1 as const, vendor: 'x', validate } };
    expect((await made({ schema }, { input: { b: 2 } })).fields).toEqual({ a: 1, b: 2, seen: true });
  },
  'model.migrate': async () => {
    const keys = { schemaVersion: 2, migrate: { 1: ({ a = null }) => ({ b: a }) } };
    expect((await made(keys, { currentSchema: 1, input: { c: 3 } })).fields).toEqual({ b: 1, c: 3 });
  },
  'model.factory': async () => {
    const factory: ModelSpec['factory'] =
      ({ uuid }) =>
      (input) => ({ ...input, no: uuid() });
    expect((await made({ factory }, { ...create, input: { a: 1 } })).fields).toEqual({ a: 1, no: 'u' });
  },
  'model.dependencies': async () => {
    const factory: ModelSpec['factory'] =
      ({ tax }) =>
      () => ({ tax: tax as number });
    expect((await made({ factory, dependencies: { tax: 19 } }, create)).fields).toEqual({ tax: 19 });
  },
  'model.mixins': () =>
    expect(made({ mixins: [requireProperties('b')] })).rejects.toThrow('missing required properties: b'),
  'model.validate': () => expect(made({ validate: refuses('no') })).rejects.toThrow('no'),
  'model.approvedChanges': () =>
    expect(made({ approvedChanges: ['a'] }, { input: { b: 1 } })).rejects.toThrow('thing.b may not be changed'),
  'model.onLoad': async () => expect((await made({ onLoad: () => ({ b: 2 }) })).fields).toEqual({ a: 1, b: 2 }),
  'model.onUpdate': async () => expect((await made({ onUpdate: () => ({ b: 2 }) })).fields).toEqual({ a: 1, b: 2 }),
  'model.onDelete': () => expect(made({ onDelete: refuses('stay') }, { kind: 'delete' })).rejects.toThrow('stay'),
  'model.relations': () => {
    const maker = { modelName: 'user', type: 'manyToOne', foreignKey: 'makerId' } as const;
    expect(reported({ relations: { maker } }).relations['maker']).toEqual(maker);
  },
  'model.ports': () =>
    expect(reported({ ports: { a: { type: 'inbound' } } }).ports['a']).toMatchObject({ type: 'inbound' }),
  'model.commands': async () => {
    const commands = { go: { command: () => ({ gone: true }) } };
    expect((await made({ commands }, { kind: 'command', command: 'go' })).fields).toEqual({ a: 1, gone: true });
  },
  'model.serializers': async () => {
    const value = (_key: string, given: unknown) => String(given);
    const keys: Keys = { serializers: [{ on: 'deserialize', key: 'b', value }] };
    expect((await made(keys, { input: { b: 2 } })).fields).toEqual({ a: 1, b: '2' });
  },
  'model.accessControlList': async () => {
    const { server, state } = await placed({
      accessControlList: { create: ['owner'], read: ['tenant', '!role:clerk'] },
    });
    await expect(server.find('thing', state.id, sam)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await server.find('thing', state.id, { ...sam, roles: [] })).toMatchObject({ id: state.id });
  },
  'model.datasource': () => expect(reported({ datasource: { indexes: ['a'] } }).indexes).toEqual(['a']),
  'model.sync': () => expect(reported({ sync: { scope: 'owner' } }).syncScope).toBe('owner'),
  'model.onConflict': async () => {
    const patch = { set: { a: 3 }, unset: [], base: { a: 2 } };
    const onConflict: ModelSpec['onConflict'] = ({ base, mine, theirs }) => ({
      a: [base['a'] ?? 0, mine['a'] ?? 0, theirs['a'] ?? 0],
    });
    expect((await made({ onConflict }, { at: 'authority', patch })).fields).toEqual({ a: [2, 3, 1] });
  },
  'datasource.baseClass': () =>
    expect([
      reported({ datasource: { baseClass: 'default' } }).store,
      reported({ datasource: { baseClass: 'file' } }).store,
    ]).toEqual([undefined, 'file']),
  'datasource.indexes': async () => {
    const { server } = await placed({ datasource: { indexes: ['a'] } }, { a: 5 });
    expect((await server.list('thing', { where: { a: 5 } }, ada)).objects).toHaveLength(1);
  },
  'datasource.limit': () => expect(reported({ datasource: { resident: true, limit: 5 } }).residentLimit).toBe(5),
  'sync.authority': () => expect(reported({ sync: { authority: 'server' } }).modelName).toBe('thing'),
  'sync.scope': async () => {
    const { replica, state } = await placed({ sync: { scope: 'owner' } });
    const [own, others] = [await replica('ada-1', ada), await replica('sam-1', sam)];
    await settled();
    expect(await own.find('thing', state.id, ada)).toMatchObject({ id: state.id });
    await expect(others.find('thing', state.id, sam)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  },
  'sync.handOver': async () => {
    const kinds: string[] = [];
    const validate: ModelSpec['validate'] = (_model, { kind }) => void kinds.push(kind);
    const brought = { at: 'authority', kind: 'create', current: null, version: 0, isHandedOver: true } as const;
    const patch = { set: { a: 9 }, unset: [], base: {} };
    for (const sync of [{}, { handOver: 'create' }, { handOver: 'state' }] as const)
      expect((await made({ validate, sync }, { ...brought, patch })).fields).toEqual({ a: 9 });
    await made({ validate, sync: { handOver: 'state' } }, { ...brought, patch, isHandedOver: undefined } as never);
    expect(kinds).toEqual(['create', 'create', 'hand-over', 'create']);
  },
  'command.command': async () => {
    const commands = { go: { command: (_model: unknown, input: unknown) => ({ given: input as number }) } };
    const part = { kind: 'command', command: 'go', input: 4 } as const;
    expect((await made({ commands }, part)).fields).toEqual({ a: 1, given: 4 });
  },
  'command.acl': async () => {
    const { server, state } = await placed({ commands: { go: { command: () => ({}), acl: ['approve'] } } });
    const go = { modelName: 'thing', kind: 'command', id: state.id, command: 'go', input: null } as const;
    await expect(server.write(go, ada)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  },
};

/** Keys that the suites of their own rooms show; `datasource.factory` is always refused. */
const elsewhere: { readonly [key: string]: string } = {
  'model.eventHandlers': 'fabric/host/domain-events.test.ts',
  'model.routes': 'fabric/host/routes.test.ts',
  'model.path': 'fabric/spec/check-doors.test.ts',
  'command.producesEvent': 'fabric/host/command-events.test.ts',
  'datasource.resident': 'fabric/host/residents.test.ts',
  'datasource.factory': 'fabric/host/relations.test.ts',
};

describe('a key that the design names is honoured', () => {
  test.each(Object.keys(shows))('%s', (key) => shows[key]?.());

  test.each(Object.keys(elsewhere))('%s, elsewhere', (key) => {
    const suite = readFileSync(join(import.meta.dirname, '../..', elsewhere[key] ?? ''), 'utf8');
    expect(suite).toContain(key.split('.')[1]);
  });

  test('each of them has its show', () => {
    for (const part of ['model', 'datasource', 'sync', 'command'])
      for (const key of (designKeys[part] ?? '').split(/\s+/))
        expect([...Object.keys(shows), ...Object.keys(elsewhere)]).toContain(`${part}.${key}`);
  });
});
