import { beforeAll, expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { DecideRequest } from '../spec/decision.ts';
import type { Datasource } from '../store/datasource.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { objectWorld, type ObjectHost, type ObjectWorld } from '../testing/object-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const bob = { user: 'bob', roles: [], tenant: 'main' };
const base = {
  factory: () => (input: PlainRecord) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
} as const;

// They come with the first need, from the disk: that takes more than a turn.
beforeAll(() => Promise.all([import('./realm-office.ts'), import('./deadly-book.ts')]));

const isPoison = ({ at, patch }: DecideRequest): boolean => at === 'authority' && patch?.set['text'] === 'poison';

/** A server whose realm ends at each decision about a text `poison`, and each other decision waits while `gate` is closed. */
async function poisonedWorld(disks: { readonly server?: Datasource; readonly browser?: Datasource } = {}) {
  const deaths: string[] = [];
  const gate = { open: Promise.resolve(), realms: [] as string[] };
  const slow = defineModel({ ...base, modelName: 'slow', endpoint: 'slows', validate: () => gate.open });
  const note = defineModel({ ...base, modelName: 'note', endpoint: 'notes' });
  const world: ObjectWorld = await objectWorld({ all: { models: { note, slow } } }, undefined, {
    ...(disks.server ? { datasource: disks.server } : {}),
    endsAt(request, realm) {
      if (isPoison(request)) deaths.push(realm);
      if (request.at === 'authority' && request.modelName === 'slow') gate.realms.push(realm);
      return isPoison(request);
    },
  });
  const browser = await world.replica('browser-1', ada, undefined, disks.browser);
  return { ...world, world, browser, deaths, gate };
}

async function pass({ platform }: Pick<ObjectWorld, 'platform'>, seconds: number): Promise<void> {
  for (let turn = 0; turn < seconds; turn += 1) {
    await settled();
    platform.pass(1000);
  }
  await settled();
}

const create = ({ host }: ObjectHost, modelName: string, id: string, who = ada) =>
  host.write({ modelName, kind: 'create', id, input: { text: 'first' } }, who);
const change = ({ host }: ObjectHost, id: string, text: string) =>
  host.write({ modelName: 'note', kind: 'update', id, input: { text } }, ada);
const textOf = async ({ host }: ObjectHost, id: string): Promise<unknown> =>
  (await host.find('note', id, ada)).fields['text'];

test('an op whose decision ends its realm is tried alone, and refused once it has ended two more; what comes after it is decided', async () => {
  const { world, browser, deaths } = await poisonedWorld();
  await create(browser, 'note', 'n');
  await pass(world, 1);
  const { opId } = await change(browser, 'n', 'poison');
  await create(browser, 'note', 'after');
  await pass(world, 60);
  expect(deaths).toEqual(['main', 'main-alone', 'main-alone']);
  expect(await browser.host.refused(ada)).toMatchObject([
    {
      opId,
      modelName: 'note',
      error: { code: 'HOOK_TIMEOUT', message: expect.stringContaining('change what it asks') },
    },
  ]);
  expect([await textOf(world, 'n'), await textOf(world, 'after')]).toEqual(['first', 'first']);
});

test('its user edits it again: that is decided as any other', async () => {
  const { world, browser, deaths } = await poisonedWorld();
  await create(browser, 'note', 'n');
  const { opId } = await change(browser, 'n', 'poison');
  await pass(world, 60);
  await change(browser, 'n', 'mended');
  await browser.host.dismiss('note', opId, ada);
  await pass(world, 10);
  expect([await textOf(world, 'n'), await textOf(browser, 'n')]).toEqual(['mended', 'mended']);
  expect(await browser.host.refused(ada)).toEqual([]);
  expect(deaths).toHaveLength(3);
});

test('an op that merely shared the realm with it at its end is decided, and so is that of another user meanwhile', async () => {
  const { world, browser, deaths, gate } = await poisonedWorld();
  await create(browser, 'note', 'n');
  await pass(world, 1);
  const other = await world.replica('browser-2', bob);
  await create(other, 'slow', 's', bob);
  let open = (): void => undefined;
  gate.open = new Promise((resolve) => (open = () => resolve()));
  for (let turn = 0; gate.realms.length === 0 && turn < 20; turn += 1) await pass(world, 1);
  await change(browser, 'n', 'poison');
  await pass(world, 1);
  open();
  await pass(world, 60);
  expect(deaths).toEqual(['main', 'main-alone', 'main-alone']);
  expect(gate.realms.sort()).toEqual(['main', 'main', 'main-alone']);
  expect(await other.host.refused(bob)).toEqual([]);
  expect((await world.host.find('slow', 's', bob)).fields['text']).toBe('first');
  expect(await browser.host.refused(ada)).toHaveLength(1);
});

/** A store that outlives the hosts which close it. */
function disk(): Datasource {
  return { ...memoryDatasource(), close: async () => undefined };
}

test('a server that is started anew after its realm ended tries the op alone, and no realm of all ends again', async () => {
  const disks = { server: disk(), browser: disk() };
  const former = await poisonedWorld(disks);
  await create(former.browser, 'note', 'n');
  await pass(former.world, 1);
  await change(former.browser, 'n', 'poison');
  const isNoted = async (): Promise<boolean> => (await disks.server.get('meta', 'deadly')) !== undefined;
  for (let turn = 0; turn < 100 && !(await isNoted()); turn += 1) await settled();
  expect(former.deaths).toEqual(['main']);
  await former.browser.host.close();
  await former.host.close();
  const { world, browser, deaths } = await poisonedWorld(disks);
  await pass(world, 60);
  expect(new Set(deaths)).toEqual(new Set(['main-alone']));
  expect(await browser.host.refused(ada)).toMatchObject([{ error: { code: 'HOOK_TIMEOUT' } }]);
  expect(await textOf(world, 'n')).toBe('first');
});
