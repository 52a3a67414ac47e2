import { beforeAll, expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelObject } from '../spec/model-object-api.ts';
import { objectWorld, type ObjectHost, type ObjectWorld, type TestRemotes } from '../testing/object-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };

// They come with the first need, from the disk: that takes more than a turn.
beforeAll(() => Promise.all([import('./realm-office.ts'), import('./deadly-book.ts'), import('./live-objects.ts')]));

function remotesOf(look: (model: ModelObject) => unknown): TestRemotes {
  const item = defineModel({
    modelName: 'item',
    endpoint: 'items',
    datasource: { resident: true, indexes: ['kind'] },
    factory: () => (input: PlainRecord) => input,
    accessControlList: { read: ['owner'], write: ['owner'] },
    commands: { look: { command: async (model) => ({ seen: (await look(model)) ?? null }), acl: ['write'] } },
  });
  const other = defineModel({
    modelName: 'other',
    endpoint: 'others',
    factory: () => (input: PlainRecord) => input,
    accessControlList: { read: ['owner'], write: ['owner'] },
  });
  return { items: { models: { item } }, others: { models: { other } } };
}

async function pass({ platform }: Pick<ObjectWorld, 'platform'>, seconds: number): Promise<void> {
  for (let turn = 0; turn < seconds; turn += 1) {
    await settled();
    platform.pass(1000);
  }
  await settled();
}

const look = ({ host }: ObjectHost) =>
  host.write({ modelName: 'item', kind: 'command', id: 'x', command: 'look', input: null }, ada);

/** A server with three items, of which a browser has one looked at by a command that runs so at the server. */
async function looked(lookAt: (model: ModelObject, lose: () => void) => unknown) {
  const world: ObjectWorld = await objectWorld(remotesOf((model) => lookAt(model, () => world.loseRealm())));
  const browser = await world.replica(
    'browser-1',
    ada,
    remotesOf(() => null),
  );
  for (const id of ['x', 'y', 'z'])
    await browser.host.write({ modelName: 'item', kind: 'create', id, input: { kind: 'a' } }, ada);
  await pass(world, 2);
  const { opId } = await look(browser);
  await browser.host.write({ modelName: 'item', kind: 'create', id: 'after', input: { kind: 'a' } }, ada);
  await pass(world, 120);
  const list = await world.host.list('item', {}, ada);
  return { world, browser, opId, ids: list.objects.map(({ id }) => id).toSorted() };
}

test('an op that ends its realm over resident objects alone has them in the realm that tries it too, and is refused', async () => {
  let deaths = 0;
  const { browser, opId, ids } = await looked((model, lose) => {
    if (model.listSync({ where: { kind: 'a' } }).length < 3) return null;
    deaths += 1;
    lose();
    return new Promise(() => undefined);
  });
  expect(deaths).toBe(3);
  expect(await browser.host.refused(ada)).toMatchObject([{ opId, error: { code: 'HOOK_TIMEOUT' } }]);
  expect(ids).toEqual(['after', 'x', 'y', 'z']);
});

test('one that merely shared the realm is decided by what the residents are', async () => {
  let deaths = 0;
  const { world, browser, ids } = await looked((model, lose) => {
    deaths += 1;
    if (deaths > 1) return model.listSync().length;
    lose();
    return new Promise(() => undefined);
  });
  expect(await browser.host.refused(ada)).toEqual([]);
  expect((await world.host.find('item', 'x', ada)).fields['seen']).toBe(3);
  expect(ids).toEqual(['after', 'x', 'y', 'z']);
});
