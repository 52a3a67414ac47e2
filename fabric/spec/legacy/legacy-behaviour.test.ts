import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import type { PlainRecord } from '../../plain.ts';
import { modelWorld, type Adapters } from '../../testing/model-world.ts';
import { settled } from '../../testing/virtual-platform.ts';
import type { ModelSpec } from '../model-spec.ts';
import { normalise } from './normalise.ts';
import { Parcel, type Loose } from './parcel.fixture.ts';

const admin: Principal = { user: 'root', roles: ['admin'], tenant: 'main' };
const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const owned = { ...Parcel, accessControlList: undefined };

/** A server over an older specification. */
async function worldOf(spec: Loose, adapters: Loose = {}) {
  const normalised = normalise(spec, 'Parcel');
  const world = await modelWorld(normalised?.spec as unknown as ModelSpec, adapters as Adapters);
  const write = (kind: 'create' | 'update' | 'delete' | 'command', part: Loose, principal = admin) =>
    world.server.write({ modelName: 'parcel', kind, ...part }, principal);
  const create = async (input: PlainRecord, principal = admin) => (await write('create', { input }, principal)).state;
  const events: string[] = [];
  world.server.on((event) => void (event.type === 'domain' && events.push(event.name)));
  return { ...world, write, create, events, find: (id: string) => world.server.find('parcel', id, admin) };
}
const refusal = (message: string) => ({ code: 'VALIDATION', message: expect.stringContaining(message) });
/** Ports of the fixture, with a flow that a create begins. */
const weighing = (port: Loose = {}, more: Loose = {}) => ({
  ...Parcel,
  ports: { ...more, weigh: { ...Parcel.ports.weigh, consumesEvent: 'CREATEPARCEL', maxRetry: 0, ...port } },
});

test('a create runs factory, mixins and validate; data is kept, methods and symbols are not', async () => {
  const { create, events } = await worldOf(Parcel);
  const { fields } = await create({ to: 'Rome' });
  expect(fields).toEqual({ parcelNo: expect.stringMatching(/^[0-9a-f]{8}$/), status: 'NEW', lines: [], to: 'Rome' });
  expect(events).toEqual(['parcelCreated', 'CREATEPARCEL']);
});

test.each([
  ['what a mixin requires', {}, 'missing required properties: to'],
  ['what it requires of some', { to: 'Rome', insured: true }, 'missing required properties: value'],
  ['what validate refuses at a create', { to: 'nowhere' }, 'nowhere is no place'],
])('%s', async (_what, input, message) => {
  const { create } = await worldOf(Parcel);
  await expect(create(input)).rejects.toMatchObject(refusal(message));
});

test('an update is what validate gives back as the next state; it may refuse, and so may mixins', async () => {
  const { create, write, find, events } = await worldOf(Parcel);
  const { id } = await create({ to: 'Rome' });
  await write('update', { id, input: { to: ' Gaul ', weight: 3 } });
  expect((await find(id)).fields).toMatchObject({ to: 'Gaul', weight: 3, status: 'NEW' });
  expect(events.slice(2)).toEqual(['parcelUpdated', 'UPDATEPARCEL']);
  await expect(write('update', { id, input: { parcelNo: 'mine' } })).rejects.toMatchObject(refusal('read-only'));
  await expect(write('update', { id, input: { weight: 2000 } })).rejects.toMatchObject(refusal('invalid value'));
  await write('command', { id, command: 'release', input: null });
  await expect(write('update', { id, input: { to: 'x' } })).rejects.toMatchObject(refusal('stays as it is'));
});

test('validate is told of loads, where it looks at the mask', async () => {
  const { create, write } = await worldOf(Parcel);
  const { id } = await create({ to: 'Rome' });
  await write('update', { id, input: { status: 'LOST' } });
  await expect(write('update', { id, input: { to: 'x' } })).rejects.toMatchObject(refusal('a lost parcel'));
  const other = await worldOf({ ...Parcel, validate: (_parcel: Loose, { x }: Loose) => x.y });
  await expect(other.create({ to: 'Rome', x: {} })).resolves.toMatchObject({ fields: { to: 'Rome' } });
});

test('onDelete refuses by throwing or rejecting; deny wins over what a role allows', async () => {
  const { create, write } = await worldOf(Parcel);
  const { id } = await create({ to: 'Rome', status: 'WEIGHED' });
  await expect(write('delete', { id, input: null })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const other: Principal = { ...admin, user: 'other' };
  await expect(write('delete', { id, input: null }, other)).rejects.toMatchObject(refusal('on its way'));
  await write('update', { id, input: { status: 'NEW' } });
  await expect(write('delete', { id, input: null }, other)).resolves.toMatchObject({ state: { deleted: true } });
});

test('a command is an object’s method by name, with the symbols of its mixins, or a bare function', async () => {
  const access = { ...Parcel.accessControlList, admin: { allow: ['read', 'write', 'decrypt'] } };
  const { create, write } = await worldOf({ ...Parcel, accessControlList: access });
  const { id } = await create({ to: 'Rome' });
  const { state } = await write('command', { id, command: 'decrypt', input: null });
  expect(state.fields).toMatchObject({ opened: 'seal of Rome' });
  const { state: gone } = await write('command', { id, command: 'release', input: null });
  expect(gone.fields).toMatchObject({ status: 'GONE', opened: 'seal of Rome' });
});

test('methods of the factory are there on objects that were loaded', async () => {
  const commands = { gross: (parcel: Loose) => ({ gross: parcel.grossWeight() }), none: { command: 'nothing' } };
  const { create, write } = await worldOf({ ...owned, commands });
  const { id } = await create({ to: 'Rome', weight: 4 }, ada);
  const { state } = await write('command', { id, command: 'gross', input: null }, ada);
  expect(state.fields).toMatchObject({ gross: 5, weight: 4 });
  await expect(write('command', { id, command: 'none', input: null }, ada)).rejects.toMatchObject({
    code: 'METHOD_UNKNOWN',
  });
});

test.each([
  ['the next state', (parcel: Loose) => parcel.update({ a: 1 })],
  ['a promise of it', async (parcel: Loose) => parcel.update({ a: 1 })],
  ['nothing, after an update', (parcel: Loose) => void parcel.update({ a: 1 })],
  ['the object itself, after an update', (parcel: Loose) => (parcel.update({ a: 1 }), parcel)],
  ['a copy with changes', (parcel: Loose) => ({ ...parcel, a: 1 })],
  ['changes alone', () => ({ a: 1 })],
  ['a word, after an update', (parcel: Loose) => (parcel.update({ a: 1 }), 'done')],
])('older code may give back %s', async (_what, command) => {
  const { create, write } = await worldOf({ ...Parcel, commands: { run: command } });
  const { id } = await create({ to: 'Rome' });
  const { state } = await write('command', { id, command: 'run', input: null });
  expect(state.fields).toMatchObject({ a: 1, to: 'Rome', status: 'NEW' });
});

test('an object has its fields as own properties, metadata by symbols, and is frozen', async () => {
  const seen: { [name: string]: unknown } = {};
  const look = (parcel: Loose) => {
    seen.own = Object.keys(parcel).sort();
    seen.id = parcel[parcel.getKey('id')];
    seen.name = parcel[parcel.getKey('modelName')];
    seen.plainId = parcel.id;
    seen.isFrozen = Object.isFrozen(parcel);
    seen.host = parcel.host.getId();
    seen.compensate = [parcel.compensate, parcel.compensateResult];
    seen.json = parcel.toJSON();
  };
  const { create, write } = await worldOf({ ...Parcel, commands: { look } });
  const { id, fields } = await create({ to: 'Rome' });
  await write('command', { id, command: 'look', input: null });
  expect(seen).toEqual({
    own: Object.keys(fields).sort(),
    ...{ id, plainId: id, host: id, name: 'PARCEL', isFrozen: true, compensate: [undefined, undefined] },
    json: expect.objectContaining({ to: 'Rome', id }),
  });
});

test('a port called as a method wins; the method is found under host', async () => {
  const names: unknown[] = [];
  const look = (parcel: Loose) => void names.push(parcel.find === parcel.host.find, typeof parcel.host.find);
  const { create, write } = await worldOf({ ...owned, ports: { find: { service: 'Test' } }, commands: { look } });
  const { id } = await create({ to: 'Rome' }, ada);
  await write('command', { id, command: 'look', input: null }, ada);
  expect(names.slice(0, 2)).toEqual([false, 'function']);
});

test.each([
  ['its result is returned', () => ({ weight: 5, scale: 's' })],
  ['the callback is called with options and payload', ({ args: [back] }: Loose) => void back({}, { weight: 5 })],
  ['it is called with the payload alone', async ({ args: [back] }: Loose) => back({ weight: 5 })],
])('an adapter serves a port of the flow: %s', async (_what, weigh) => {
  const { create, find, server } = await worldOf(weighing(), { weigh });
  const { id } = await create({ to: 'Rome' });
  await settled();
  expect((await find(id)).fields).toMatchObject({ weight: 5, status: 'WEIGHED' });
  expect((await find(id)).flow?.done).toMatchObject([{ port: 'weigh', event: 'CREATEPARCEL', status: 'done' }]);
  expect(server.models()[0]?.legacy).toBe(true);
});

test.each([
  ['the keys of the result', { keys: 'weight' }, { weight: 5, scale: 's' }, { weight: 5 }],
  ['all of it, where none are named', { keys: undefined }, { weight: 5, scale: 's' }, { weight: 5, scale: 's' }],
  ['a value alone under the one key', { keys: ['weight'] }, 5, { weight: 5 }],
  ['nothing that bounds it, nothing brought', { keys: undefined, timeout: 0 }, undefined, { status: 'NEW' }],
])('a port without callback merges %s', async (_what, port, result, fields) => {
  const { create, find } = await worldOf(weighing({ callback: undefined, ...port }), { weigh: () => result });
  const { id, fields: before } = await create({ to: 'Rome' });
  await settled();
  expect((await find(id)).fields).toEqual({ ...before, ...fields });
});

test.each(['CREATEPARCEL', 'createParcel', 'parcelCreated', 'PARCELCREATED'])(
  'its flow may begin with %s',
  async (event) => {
    const { create, find } = await worldOf(weighing({ consumesEvent: event }), { weigh: () => ({ weight: 5 }) });
    const { id } = await create({ to: 'Rome' });
    await settled();
    expect((await find(id)).fields).toMatchObject({ weight: 5 });
  },
);

test('the adapter is given the older object', async () => {
  const weigh = ({ model, port }: Loose) => ({ weight: model.to.length, port, gross: model.grossWeight() });
  const { create, find } = await worldOf(weighing({ callback: undefined, keys: undefined }), { weigh });
  const { id } = await create({ to: 'Rome' });
  await settled();
  expect((await find(id)).fields).toMatchObject({ weight: 4, port: 'weigh', gross: 1 });
});

test('a later port that fails has the earlier one undone by its function', async () => {
  const ship = { ...Parcel.ports.ship, disabled: false, maxRetry: 0 };
  const broken = () => Promise.reject(Object.assign(new Error('no road'), { retryable: false }));
  const { create, find } = await worldOf(weighing({}, { ship }), { weigh: () => ({ weight: 5 }), ship: broken });
  const { id } = await create({ to: 'Rome' });
  await settled();
  const { flow, fields } = await find(id);
  expect(flow?.done.map(({ port, status }) => `${port} ${status}`)).toEqual([
    'weigh done',
    'ship failed',
    'weigh undone',
  ]);
  expect(fields).toMatchObject({ weight: null, status: 'NEW' });
});

test('an undo may call another port of its object', async () => {
  const unload = { service: 'Scale', callback: () => ({}) };
  const undo = async (parcel: Loose) => void (await parcel.unload('slowly'));
  const ship = { ...Parcel.ports.ship, disabled: false, maxRetry: 0 };
  const calls: unknown[] = [];
  const adapters = {
    weigh: () => ({ weight: 5 }),
    ship: () => Promise.reject(Object.assign(new Error('no road'), { retryable: false })),
    unload: ({ args }: Loose) => (calls.push(args), {}),
  };
  const { create } = await worldOf(weighing({ undo }, { ship, unload }), adapters);
  await create({ to: 'Rome' });
  await settled();
  expect(calls).toEqual([['slowly']]);
});

test('thresholds of a cause hold, and fallbackFn answers while the breaker is open', async () => {
  const { create, find, server } = await worldOf(weighing(), {
    weigh: () => Promise.reject(Object.assign(new Error('broken'), { retryable: false })),
  });
  const made: string[] = [];
  for (let each = 0; each < 4; each += 1) {
    made.push((await create({ to: 'Rome' })).id);
    await settled();
  }
  const { breakers } = await server.inspect();
  expect(breakers).toMatchObject([{ port: 'weigh', state: { name: 'open', cause: 'default' }, failures: 3 }]);
  expect((await find(made[3] ?? '')).fields).toMatchObject({ weight: 0, status: 'WEIGHED' });
  expect((await find(made[2] ?? '')).fields).not.toHaveProperty('weight');
});

test('an error answer and a time-out answer change the object', async () => {
  const errorCallback = ({ model, port, error }: Loose) => model.update({ failed: `${port}: ${error.code}` });
  const weigh = () => Promise.reject(Object.assign(new Error('broken'), { retryable: false }));
  const { create, find } = await worldOf(weighing({ errorCallback }), { weigh });
  const { id } = await create({ to: 'Rome' });
  await settled();
  expect((await find(id)).fields).toMatchObject({ failed: 'weigh: PORT_FAILED' });
});

test('approvedChanges and onUpdate work, although older hosts ignored them', async () => {
  const onUpdate = (parcel: Loose, changes: Loose) => parcel.update({ edited: Object.keys(changes).join() });
  const { create, write } = await worldOf({ ...Parcel, ports: {}, approvedChanges: ['note'], onUpdate });
  const { id } = await create({ to: 'Rome' });
  const { state } = await write('update', { id, input: { note: 'n' } });
  expect(state.fields).toMatchObject({ note: 'n', edited: 'note' });
  await expect(write('update', { id, input: { to: 'x' } })).rejects.toMatchObject(refusal('parcel.to may not be'));
});

test('onLoad gives the object its next state', async () => {
  const onLoad = (parcel: Loose) => (parcel.weight === undefined ? parcel.update({ weight: 0 }) : parcel);
  const { create, write } = await worldOf({ ...Parcel, onLoad });
  const { id } = await create({ to: 'Rome' });
  expect((await write('update', { id, input: { note: 'n' } })).state.fields).toMatchObject({ note: 'n', weight: 0 });
});

test('a factory may bring the id of its own', async () => {
  const factory = () => (input: Loose) => ({ ...input, id: `p-${input.to}` });
  const { create, find } = await worldOf({ ...Parcel, factory });
  expect((await create({ to: 'Rome' })).id).toBe('p-Rome');
  expect((await find('p-Rome')).fields).toMatchObject({ to: 'Rome', id: 'p-Rome' });
  await expect(create({ to: 'Rome' })).rejects.toMatchObject({ code: 'CONFLICT' });
});
