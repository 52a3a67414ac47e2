import { expect, test } from 'vitest';

import type { Plain, PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { PortCall } from '../spec/port-spec.ts';
import { modelWorld } from '../testing/model-world.ts';
import { objectWorld } from '../testing/object-world.ts';

const eve = { user: 'eve', roles: [], tenant: 'main' };
const sam = { user: 'sam', roles: ['clerk'], tenant: 'main' };
const rules = { read: ['owner', 'role:clerk'], write: ['owner', 'role:clerk'] } as const;
const factory = () => (input: PlainRecord) => input;

test('code that runs for another user’s object reads what is elsewhere in his name, not in that of the device', async () => {
  const seen: unknown[] = [];
  const note = defineModel({
    modelName: 'note',
    endpoint: 'notes',
    factory,
    relations: { secret: { modelName: 'secret', type: 'manyToOne', foreignKey: 'secretId' } },
    ports: { look: { type: 'outbound', consumesEvent: 'noteUpdated', timeout: 0, maxRetry: 0, keys: ['told'] } },
    accessControlList: rules,
  });
  const secret = defineModel({ modelName: 'secret', endpoint: 'secrets', factory, accessControlList: rules });
  const look = async ({ model }: PortCall): Promise<PlainRecord> => {
    const { secret: found } = model as unknown as { readonly secret: () => Promise<unknown> };
    seen.push(await found.call(model));
    return { told: true };
  };
  const acts = { adapters: { look: () => look } };
  const bindings = { adapters: { 'note.look': 'acts#look' }, services: {} };
  const world = await objectWorld({ note: { models: { note } }, secret: { models: { secret } }, acts }, bindings);
  const made = async (modelName: string, input: Plain, who: typeof eve | typeof sam): Promise<string> =>
    (await world.host.write({ modelName, kind: 'create', input }, who)).state.id;
  const secretId = await made('secret', { text: 'sam’s own' }, sam);
  const id = await made('note', { secretId }, eve);
  const device = await world.replica('device-sam', sam, { note: { models: { note } }, acts });
  await expect.poll(() => device.host.find('note', id, sam)).toBeTruthy();
  await device.host.write({ modelName: 'note', kind: 'update', id, input: { text: 'x' } }, sam);
  await expect.poll(() => seen).toEqual([null]);
});

test.each([
  [undefined, 1],
  [{ user: 'sam', roles: ['clerk'] }, 1],
  [{ user: 'ada', roles: ['clerk'] }, 1],
  [{ user: 'ada', roles: [] }, 0],
  [{ user: '', roles: [] }, 0],
  ['eve', 'BAD_REQUEST'],
  [{ user: 'eve', roles: 'clerk' }, 'BAD_REQUEST'],
] as const)('who asks as %j sees %s of the objects', async (as, expected) => {
  const { server, guest } = await modelWorld(
    defineModel({ modelName: 'thing', endpoint: 'things', factory, accessControlList: rules }) as never,
  );
  await server.write({ modelName: 'thing', kind: 'create', input: {} }, eve);
  const count = async (name: string, who: typeof sam | typeof eve): Promise<unknown> => {
    const body = { query: {}, ...(as === undefined ? {} : { as }) } as unknown as Plain;
    const node = await guest(name, who);
    return node.request('model.main.thing.count', body).catch((error: { code: string }) => error.code);
  };
  expect(await count('device-sam', sam)).toBe(expected);
  const stranger = await count('device-bob', { user: 'bob', roles: [], tenant: 'main' });
  expect(stranger).toBe(expected === 'BAD_REQUEST' ? expected : 0);
});
