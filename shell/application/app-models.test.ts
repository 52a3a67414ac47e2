import type { CallRequest } from '@testudo/fabric/host/call-api';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import { expect, test } from 'vitest';

import type { Keeping } from '../keeping/keeping-door.ts';
import type { HostClient } from '../tabs/host-client.ts';
import type { HostService } from '../tabs/host-service.ts';
import { createAppModels } from './app-models.ts';

const state = { id: 'o1', version: 2, seq: 0 } as ObjectState;

test('models - a port is called once a name, and its change may be waited for', async () => {
  const asked: CallRequest[] = [];
  const opIds = ['page:1', null];
  const service: Partial<HostService> = {
    call: async (request) => (
      asked.push(request),
      { ok: true, value: { result: { best: request.args }, state, opId: opIds[asked.length - 1] ?? null } }
    ),
    synced: async () => ({ ok: true, value: { ...state, seq: 9 } }),
  };
  const client = {
    async call(ask: Parameters<HostClient['call']>[0]) {
      const result = await ask(service as HostService);
      return result.ok ? result.value : Promise.reject(new Error(result.error.message));
    },
  } as HostClient;
  let names = 0;
  const models = createAppModels({
    client,
    events: { on: () => ({ dispose: () => undefined }) },
    keeping: {} as Keeping,
    uniqueName: () => `name-${(names += 1)}`,
    frame: (callback) => callback(),
    onError: () => undefined,
  });
  const changed = await models.get('order').call('o1', 'rankOffers', { most: 3 }, 'b');
  expect(changed.result).toEqual({ best: [{ most: 3 }, 'b'] });
  expect(await changed.synced()).toMatchObject({ seq: 9 });
  const unchanged = await models.get('order').call('o1', 'rankOffers');
  expect(await unchanged.synced(), 'nothing is waited for').toBe(state);
  const call = { modelName: 'order', id: 'o1', port: 'rankOffers' };
  expect(asked).toEqual([
    { ...call, args: [{ most: 3 }, 'b'], requestId: 'name-1' },
    { ...call, args: [], requestId: 'name-2' },
  ]);
});

test('models - an object’s changes are asked for page by page', async () => {
  const asked: unknown[] = [];
  const page = { entries: [], next: 7 };
  const service: Partial<HostService> = {
    history: async (request) => (asked.push(request), { ok: true, value: page }),
  };
  const client = {
    async call(ask: Parameters<HostClient['call']>[0]) {
      const result = await ask(service as HostService);
      return result.ok ? result.value : Promise.reject(new Error(result.error.message));
    },
  } as HostClient;
  const orders = createAppModels({
    client,
    events: { on: () => ({ dispose: () => undefined }) },
    keeping: {} as Keeping,
    uniqueName: () => 'name',
    frame: (callback) => callback(),
    onError: () => undefined,
  }).get('order');
  expect(await orders.history('o1')).toEqual(page);
  await orders.history('o1', { before: page.next, limit: 5 });
  expect(asked).toEqual([
    { modelName: 'order', id: 'o1' },
    { modelName: 'order', id: 'o1', before: 7, limit: 5 },
  ]);
});
