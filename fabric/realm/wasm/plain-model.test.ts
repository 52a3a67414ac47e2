import { expect, test } from 'vitest';

import type { Plain } from '../../plain.ts';
import { decide } from '../../spec/decide.ts';
import type { DecideRequest, Decision } from '../../spec/decision.ts';
import { alloc, answer, assemble, echo, op } from '../../testing/wasm-module.ts';
import type { TestFunction } from '../../testing/wasm-module.ts';
import { callAdapter, loadBuild } from '../../testing/wasm-world.ts';

const memory = { initial: 1, maximum: 2 };
const description = {
  modelName: 'parcel',
  endpoint: 'parcels',
  ports: { weigh: { type: 'outbound', consumesEvent: 'parcelCreated', keys: 'weight' } },
  commands: { approve: { acl: ['write'] }, cancel: {} },
  accessControlList: { create: ['anyone'], write: ['owner'] },
};

/** A function that answers always the same. */
interface Constant {
  readonly name: string;
  readonly status: number;
  readonly value: unknown;
}

const does = (name: string, value: unknown, status: number = 0): Constant => ({ name, status, value });

/** A module of such functions, of `factory`, which answers its input, and of a description. */
function moduleOf(describes: object, ...constants: Constant[]): Uint8Array<ArrayBuffer> {
  const all = [does('testudo_describe', describes), ...constants];
  const data = all.map(({ value }, index) => ({ at: 4096 + index * 1024, text: JSON.stringify(value) }));
  const functions = all.map(({ name, status }, index): TestFunction => {
    const { at, text } = data[index]!;
    return { name, params: 2, results: 1, body: answer(status, op.i32(at), op.i32(text.length)) };
  });
  return assemble({ functions: [alloc, { ...echo, name: 'factory' }, ...functions], memory, data });
}

const commands = [does('approve', { state: 'APPROVED' }), does('cancel', { state: 'CANCELED' }, 3)];

async function ask(bytes: Uint8Array<ArrayBuffer>, request: Partial<DecideRequest>): Promise<Decision> {
  const { models } = await loadBuild(bytes, { exposes: './models' });
  const { spec } = models.get('parcel')!;
  const whole: DecideRequest = {
    at: 'origin',
    modelName: 'parcel',
    id: 'p1',
    kind: 'create',
    current: null,
    version: 0,
    command: null,
    input: { size: 2 },
    patch: null,
    ...request,
  };
  return decide(spec, whole, { build: 'b1', uuid: () => 'u1', now: () => 5 });
}

const command = (name: string): Partial<DecideRequest> => ({
  kind: 'command',
  command: name,
  current: { state: 'NEW' },
  version: 1,
  input: null as Plain,
});

test('a whole model is a module: its description is checked like any, its factory makes the fields', async () => {
  const bytes = moduleOf(description, ...commands);
  const { models } = await loadBuild(bytes, { exposes: './models' });
  expect(models.get('parcel')?.report).toMatchObject({
    modelName: 'parcel',
    endpoint: 'parcels',
    ports: { weigh: { type: 'outbound', consumesEvent: 'parcelCreated' } },
    commands: { approve: { acl: ['write'] }, cancel: { acl: [] } },
  });
  expect((await ask(bytes, {})).fields).toEqual({ input: { size: 2 }, uuid: 'u1', now: 5 });
});

test('its commands change the object; one may ask to take back what the flow has done', async () => {
  const bytes = moduleOf(description, ...commands);
  expect((await ask(bytes, command('approve'))).fields).toEqual({ state: 'APPROVED' });
  expect(await ask(bytes, command('cancel'))).toMatchObject({ fields: { state: 'CANCELED' }, compensates: true });
});

test('its validation refuses with its own words; a trap in it refuses too', async () => {
  const refuses = moduleOf(description, ...commands, does('validate', { message: 'too large' }, 1));
  await expect(ask(refuses, {})).rejects.toMatchObject({ code: 'VALIDATION', message: 'too large' });
  const traps = moduleOf(description, ...commands, does('validate', null, 7));
  await expect(ask(traps, {})).rejects.toMatchObject({
    code: 'VALIDATION',
    message: expect.stringContaining('status 7'),
  });
});

test('its onUpdate adds changes to those of an update', async () => {
  const bytes = moduleOf(description, ...commands, does('onUpdate', { revised: true }));
  const update = { kind: 'update', current: { size: 1 }, version: 1, input: { size: 2 } } as const;
  expect((await ask(bytes, update)).fields).toEqual({ size: 2, revised: true });
});

test("it serves its own port by the export of the port's name", async () => {
  const bytes = moduleOf(description, ...commands, does('weigh', { weight: 12 }));
  const build = await loadBuild(bytes, { exposes: './models' });
  expect(await callAdapter({ ...build, models: new Map() }, 'weigh')).toEqual({ weight: 12 });
});

test.each([
  ['an unknown key', { ...description, colour: 'red' }, 'colour'],
  ['no access rules', { ...description, accessControlList: undefined }, 'accessControlList'],
  ['a wrong port', { ...description, ports: { weigh: { type: 'sideways' } } }, 'ports.weigh.type'],
  ['a command that is not exported', { ...description, commands: { seal: {} } }, 'seal'],
  ['a list for a description', [], 'record'],
])('a description with %s is refused by its key', async (_what, describes, key) => {
  const bytes = moduleOf(describes, ...commands);
  await expect(loadBuild(bytes, { exposes: './models' })).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    message: expect.stringContaining(key),
  });
});
