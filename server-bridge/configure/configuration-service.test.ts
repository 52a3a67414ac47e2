import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';
import type { ConfigurationParts } from '@testudo/fabric/host/configuration-parts';
import type { HostConfiguration } from '@testudo/fabric/host/host-options';
import { expect, test } from 'vitest';

import { withMoved } from './configuration-changes.ts';
import { openConfiguration } from './configuration-service.ts';

const file: HostConfiguration = {
  bindings: { adapters: { 'order.pick': 'f#pick' }, services: { stock: 'f#stock' } },
  endpoints: { warehouse: 'http://localhost:1' },
  grants: {},
  trace: false,
};
const changes = {
  bindings: { adapters: { 'order.ship': ['f#ship', 'g#mail'] } },
  endpoints: { warehouse: 'http://localhost:2' },
  ports: { 'order.pick': { maxRetry: 1 } },
};

async function setUp(path = join(mkdtempSync(join(tmpdir(), 'testudo-configuration-')), 'configuration.json')) {
  const used: Partial<ConfigurationParts>[] = [];
  const revisions: number[] = [];
  const refusal: { error?: TestudoError } = {};
  const service = await openConfiguration(path, file);
  const configure = async (parts: Partial<ConfigurationParts>): Promise<void> => {
    if (refusal.error) throw refusal.error;
    used.push(parts);
  };
  service.serve({ configure }, (revision) => revisions.push(revision));
  return { path, service, used, revisions, refusal };
}

test('changes are laid over the file, used, kept and announced', async () => {
  const { path, service, used, revisions } = await setUp();
  expect(service.effective()).toEqual(file);
  expect(await service.put(changes)).toEqual({ schema: 1, revision: 1, changes });
  expect(used).toEqual([
    {
      bindings: {
        adapters: { 'order.pick': 'f#pick', 'order.ship': ['f#ship', 'g#mail'] },
        services: { stock: 'f#stock' },
      },
      endpoints: { warehouse: 'http://localhost:2' },
      ports: { 'order.pick': { maxRetry: 1 } },
    },
  ]);
  expect(revisions).toEqual([0, 1]);
  const later = await setUp(path);
  expect(later.service.effective()).toEqual(service.effective());
  expect(later.revisions).toEqual([1]);
});

test('what is not among later changes is again as in the file', async () => {
  const { service } = await setUp();
  await service.put(changes);
  await service.put({});
  expect(service.effective()).toEqual(file);
});

test('one port is moved beside what else has changed, and all is again as it was', async () => {
  const { service } = await setUp();
  await service.put(changes);
  const move = (port: string | null, to: 'owner' | 'server' = 'server') =>
    service.put(withMoved(service.current().changes, port === null ? null : { port, to }));
  const first = await move('order.pick');
  const second = await move('order.pay', 'owner');
  expect(first.changes.ports).toEqual({ 'order.pick': { maxRetry: 1, placement: 'server' } });
  expect(second.changes.ports).toEqual({ 'order.pick': { maxRetry: 1 }, 'order.pay': { placement: 'owner' } });
  expect((await move(null)).changes).toEqual(changes);
  await service.put({});
  await move('order.pay');
  expect((await move(null)).changes).toEqual({});
});

test.each([
  [{ users: {} }, /users/],
  [{ bindings: { adapters: { order: 'f#x' } } }, /model\.port/],
  [{ bindings: { services: { stock: 'nothing' } } }, /remote#export/],
  [{ endpoints: { warehouse: 'here' } }, /an absolute URL/],
  [{ ports: { 'order.pick': 3 } }, /a record of port keys/],
  [null, /./],
])('%o is refused, and changes nothing', async (given, message) => {
  const { service, used } = await setUp();
  await expect((async () => service.put(given))()).rejects.toMatchObject({ code: 'BAD_REQUEST', message });
  expect([used, service.current().revision]).toEqual([[], 0]);
});

test.each(['javascript:alert(1)', 'data:,x', 'http://*', 'https://*.example.org', 'http://a;sandbox', 'http://u:p@a'])(
  'an endpoint that would not stand in a content policy as one origin, or tell a password, is refused: %s',
  async (warehouse) => {
    const { service, used } = await setUp();
    const message = expect.stringContaining('an absolute URL of http') as string;
    await expect((async () => service.put({ endpoints: { warehouse } }))()).rejects.toMatchObject({ message });
    expect(used).toEqual([]);
  },
);

test('what the host refuses is not kept', async () => {
  const { path, service, refusal } = await setUp();
  refusal.error = new TestudoError('CONFIG_INVALID', 'order has no port pack');
  await expect(service.put(changes)).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'order has no port pack' });
  expect(service.current().revision).toBe(0);
  expect(() => readFileSync(path)).toThrow(/ENOENT/);
});

test('what cannot be kept is taken back', async () => {
  const nowhere = join(mkdtempSync(join(tmpdir(), 'testudo-configuration-')), 'none', 'configuration.json');
  const { service, used, revisions } = await setUp(nowhere);
  await expect(service.put(changes)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(used[1]).toMatchObject({ endpoints: file.endpoints, ports: {} });
  expect(revisions).toEqual([0]);
});

test('a damaged file is named', async () => {
  const { path } = await setUp();
  writeFileSync(path, '{ "schema": 1');
  await expect(openConfiguration(path, file)).rejects.toMatchObject({ code: 'CORRUPT' });
});

test('what nobody could have put is damage: a port that is overridden by what it cannot be', async () => {
  const { path } = await setUp();
  const document = { schema: 1, revision: 1, changes: { ports: { 'order.pick': { timeout: 'soon' } } } };
  writeFileSync(path, JSON.stringify(document));
  await expect(openConfiguration(path, file)).rejects.toMatchObject({
    code: 'CORRUPT',
    cause: { message: expect.stringContaining('ports.order.pick.timeout') },
  });
});

test('of two who change the same revision at once, one is told to read again', async () => {
  const { service } = await setUp();
  const both = await Promise.allSettled([service.put(changes, 0), service.put({}, 0)]);
  expect(both).toMatchObject([
    { status: 'fulfilled', value: { revision: 1, changes } },
    { status: 'rejected', reason: { code: 'CONFLICT', data: { revision: 1 } } },
  ]);
  expect(service.current()).toMatchObject({ revision: 1, changes });
  expect(await service.put({}, 1)).toMatchObject({ revision: 2 });
});
