import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import { objectWorld, type ObjectWorld } from '../testing/object-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };

/** A flow of two steps; the second ends its realm so many times. */
async function world(deaths: number) {
  const log: string[] = [];
  let left = deaths;
  const step = (consumesEvent: string, producesEvent: string, undo: string) =>
    ({ type: 'outbound', consumesEvent, producesEvent, undo, maxRetry: 2, timeout: 0, keys: [] as string[] }) as const;
  const item = defineModel({
    modelName: 'item',
    endpoint: 'items',
    factory: () => (input: PlainRecord) => input,
    accessControlList: { read: ['owner'], write: ['owner'] },
    ports: {
      pick: step('itemCreated', 'itemPicked', 'unpick'),
      ship: step('itemPicked', 'itemShipped', 'unship'),
      unpick: { type: 'outbound', timeout: 0, keys: [] },
      unship: { type: 'outbound', timeout: 0, keys: [] },
    },
  });
  const act =
    () =>
    async ({ port }: { readonly port: string }): Promise<PlainRecord> => {
      log.push(port);
      if (port !== 'ship' || left === 0) return {};
      left -= 1;
      made.loseRealm();
      return new Promise<PlainRecord>(() => undefined);
    };
  const names = ['pick', 'ship', 'unpick', 'unship'];
  const made: ObjectWorld = await objectWorld(
    { item: { models: { item } }, acts: { adapters: { act } } },
    { adapters: Object.fromEntries(names.map((name) => [`item.${name}`, 'acts#act'])), services: {} },
  );
  const { state } = await made.host.write({ modelName: 'item', kind: 'create', input: {} }, ada);
  for (let turn = 0; turn < 60; turn += 1) {
    await settled();
    made.platform.pass(1000);
  }
  const { flow } = await made.host.find('item', state.id, ada);
  return { log, flow };
}

test('a step whose realm ends as often as it may be called again is called after each restart, and is done', async () => {
  const { log, flow } = await world(2);
  expect(log).toEqual(['pick', 'ship', 'ship', 'ship']);
  expect(flow?.done.map(({ port, status }) => `${port} ${status}`)).toEqual(['pick done', 'ship done']);
});

test('one that ends its realm once more has failed: it may have been done, so all of it is taken back', async () => {
  const { log, flow } = await world(100);
  expect(log).toEqual(['pick', 'ship', 'ship', 'ship', 'unship', 'unpick']);
  expect(flow?.done.map(({ port, status, isUncertain }) => [port, status, isUncertain])).toEqual([
    ['pick', 'done', undefined],
    ['ship', 'failed', true],
    ['ship', 'undone', undefined],
    ['pick', 'undone', undefined],
  ]);
});
