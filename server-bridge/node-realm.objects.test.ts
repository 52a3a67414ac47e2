import { afterEach, expect, test } from 'vitest';

import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { unwrap } from '@testudo/fabric/error';
import type { Plain } from '@testudo/fabric/plain';
import type { RealmHost } from '@testudo/fabric/realm/realm-api';
import type { RealmAsk } from '@testudo/fabric/realm/realm-ask';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';

import { digestOf } from './node-platform.ts';
import { startNodeRealm } from './node-realm.ts';

const global = 'testudo_objects_b1';
/** A container written by hand: its code runs locked down, in a thread of its own. */
const script = `
var ${global} = {
  init: () => undefined,
  get: async (expose) => () => expose === './adapters' ? { run: () => async ({ model }) => {
    const saved = await model.update({ a: 1 }).save();
    const other = await model.customer();
    model.update({ queued: true });
    return { told: [saved.version, other.fields.name, typeof model.approve] };
  } } : { note: {
    modelName: 'note', endpoint: 'notes', factory: () => (input) => input, accessControlList: { read: ['owner'] },
    datasource: { resident: true },
    relations: { customer: { modelName: 'customer', type: 'manyToOne', foreignKey: 'customerId' } },
    commands: { approve: { command: (model) => ({ all: model.listSync().length }) } },
    eventHandlers: [{ on: /^note/, handle: async (event, { object }) => (await object()).emit('heard', event.payload) }],
    ports: { run: { type: 'outbound', keys: ['told'] } },
  } },
};`;
const bytes = new TextEncoder().encode(script);
const sidecar: Sidecar = {
  name: 'objects',
  kind: 'model',
  version: '1.0.0',
  build: 'b1',
  api: 1,
  mf: '2.9',
  entry: 'entry.js',
  global,
  exposes: ['./models', './adapters'],
  files: [{ path: 'entry.js', integrity: digestOf(bytes), bytes: bytes.length }],
  capabilities: {},
};
const state = (modelName: string, id: string, fields: { readonly [key: string]: Plain }) => ({
  ...{ id, modelName, version: 2, seq: 1, schemaVersion: 1, owner: 'ada', createdMs: 1, updatedMs: 2 },
  ...{ fields, flow: null, deleted: false },
});
const call = { id: 'c1', principal: { user: 'ada', roles: [], tenant: 'main' } };
const note = { modelName: 'note', id: 'n1', fields: { customerId: 'c7' }, version: 1, call };
let realm: RealmHandle | undefined;

async function start(asked: RealmAsk[]): Promise<RealmHandle['api']> {
  const ask: RealmHost['ask'] = async (request) => {
    asked.push(request);
    const found = request.type === 'find' ? state(request.modelName, request.id, { name: 'Ada' }) : null;
    const value = request.type === 'write' ? { state: state('note', 'n1', { a: 1 }), opId: 'n:1' } : found;
    return { ok: true, value: value as Plain };
  };
  realm = await startNodeRealm('objects', {
    bytes: async () => ({ ok: true, value: bytes.slice().buffer }),
    fetch: async () => ({ ok: false, error: { code: 'CAPABILITY_DENIED', message: 'nothing was granted' } }),
    ask,
  });
  unwrap(await realm.api.load({ sidecar, endpoints: {} }));
  unwrap(await realm.api.bind({ adapters: { 'note.run': 'objects#run' }, services: {} }));
  return realm.api;
}

afterEach(() => realm?.terminate());

test('objects of locked down code in a thread reach their host, under the id of their call', async () => {
  const asked: RealmAsk[] = [];
  const api = await start(asked);
  const outcome = unwrap(await api.callPort({ ...note, port: 'run', args: [], idempotencyKey: 'k', timeoutMs: 0 }));
  expect(outcome.result).toEqual({ told: [2, 'Ada', 'function'] });
  expect(asked).toEqual([
    { type: 'write', kind: 'update', modelName: 'note', id: 'n1', input: { a: 1 }, ifVersion: 1, call: 'c1' },
    { type: 'find', modelName: 'customer', id: 'c7', call: 'c1' },
    { type: 'write', kind: 'update', modelName: 'note', id: 'n1', input: { queued: true }, ifVersion: 1, call: 'c1' },
  ]);
});

test('it holds the objects of resident models, and hears of events', async () => {
  const asked: RealmAsk[] = [];
  const api = await start(asked);
  const states = [state('note', 'n1', {}), state('note', 'n2', {})];
  unwrap(await api.keep({ modelName: 'note', states, isAll: true, indexes: [] }));
  const request = { ...note, at: 'origin', kind: 'command', current: note.fields, command: 'approve' } as const;
  const [decision] = await api.decide([{ ...request, input: null, patch: null }]);
  expect(decision).toMatchObject({ ok: true, value: { fields: { all: 2 } } });
  const event = { name: 'noteSeen', modelName: 'note', id: 'n2', payload: 7, hops: 0 };
  unwrap(await api.handleEvent({ modelName: 'note', event, call }));
  expect(asked).toEqual([{ type: 'emit', modelName: 'note', id: 'n2', name: 'heard', payload: 7, call: 'c1' }]);
});
