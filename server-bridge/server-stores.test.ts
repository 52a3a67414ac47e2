import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { storeOf } from '@testudo/fabric/host/model-stores';
import type { Datasource } from '@testudo/fabric/store/datasource';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { serverStores, type ServerDatasource } from './server-stores.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-stores-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** One life of a server: its own store, and `order` in another one. */
async function run<T>(
  { own, order }: { readonly own: ServerDatasource; readonly order: ServerDatasource },
  work: (orders: Datasource) => Promise<T>,
): Promise<T> {
  const others = serverStores(directory, { order });
  const datasource = await others.own(own);
  const parts = { datasource, others, tenant: 'main', node: 'server-1', onStays: () => undefined };
  const kept = await storeOf({ modelName: 'order' }, { ...parts, platform: { random: (n) => new Uint8Array(n) } });
  const result = await work(kept.datasource);
  await others.close();
  return result;
}

const object = { collection: 'objects/main/order', key: 'o1', value: { total: 5 } };
const read = async (orders: Datasource) => [orders.kind, await orders.get('objects/main/order', 'o1')];

test("a server's model - goes to the store that the configuration names, and back, with what it holds", async () => {
  await run({ own: 'sqlite', order: 'sqlite' }, (orders) => orders.commit([object]));
  expect(existsSync(join(directory, 'objects'))).toBe(false);
  expect(await run({ own: 'sqlite', order: 'file' }, read)).toEqual(['file', { total: 5 }]);
  expect(await run({ own: 'sqlite', order: 'file' }, read)).toEqual(['file', { total: 5 }]);
  expect(await run({ own: 'sqlite', order: 'sqlite' }, read)).toEqual(['sqlite', { total: 5 }]);
  expect(await run({ own: 'file', order: 'file' }, read)).toEqual(['file', { total: 5 }]);
});

test("a server's model - that lies on its disk is not put into memory", async () => {
  await run({ own: 'sqlite', order: 'file' }, (orders) => orders.commit([object]));
  expect(await run({ own: 'sqlite', order: 'memory' }, read)).toEqual(['file', { total: 5 }]);
});

test("a server's stores - that are closed are all closed, also where one could not be opened", async () => {
  const objects = join(directory, 'objects');
  writeFileSync(objects, 'not a directory');
  const stores = serverStores(directory, {});
  const own = await stores.own('sqlite');
  await expect(stores.open('file', 'make')).rejects.toThrow('objects');
  rmSync(objects);
  expect((await stores.open('file', 'make'))?.kind).toBe('file');
  await stores.close();
  await expect(own.get('meta', 'epoch')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
