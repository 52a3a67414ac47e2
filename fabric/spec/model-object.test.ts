import { expect, test } from 'vitest';

import { modelObject } from './model-object.ts';
import { objectClass } from './object-class.ts';
import type { ModelObject } from './model-object-api.ts';
import type { ModelSpec } from './model-spec.ts';
import type { ObjectScope } from './object-scope.ts';

const spec: ModelSpec = {
  modelName: 'order',
  endpoint: 'orders',
  factory: () => (input) => input,
  ports: { save: { type: 'outbound' }, pick: { type: 'outbound' } },
  commands: { approve: { command: () => ({}) } },
  relations: { customer: { modelName: 'customer', type: 'manyToOne', foreignKey: 'customerId' } },
  mixins: [
    (object) => ({
      loud: (end: string) => `${String((object as ModelObject).fields['note'])}${end}`,
      itself(this: ModelObject) {
        return this.getId();
      },
    }),
  ],
  accessControlList: {},
};
const asked: unknown[] = [];
const OrderClass = objectClass(spec);
const scope: ObjectScope = {
  isLive: true,
  principal: { user: 'ada', roles: [], tenant: 'main' },
  ask: async (request) => {
    asked.push(request);
    return { told: true };
  },
  classOf: () => OrderClass,
  specOf: () => spec,
  residents: () => undefined,
  queue: () => undefined,
  takeQueued: () => undefined,
  listen: async () => ({ dispose: () => undefined }),
};
const about = { owner: 'ada', createdMs: 5, updatedMs: 7, ports: ['pick'] };
const order = (): ReturnType<typeof modelObject> =>
  modelObject({ modelName: 'order', id: 'o1', version: 2, fields: { note: 'x', items: [{ qty: 1 }] }, about }, scope);

test('an object and its fields are frozen; a change makes the next state and leaves this one', () => {
  const first = order();
  const next = first.update({ note: 'y' });
  expect(Object.isFrozen(first) && Object.isFrozen(first.fields)).toBe(true);
  expect(Object.isFrozen((first.fields['items'] as object[])[0])).toBe(true);
  expect([first.fields['note'], first.version, next.fields['note'], next.version]).toEqual(['x', 2, 'y', 3]);
  expect([next.equals(first), first.equals(order()), first.compensate().compensates]).toEqual([false, true, true]);
});

test('members of mixins are its methods, over the object that they are called on', () => {
  const object = order() as unknown as { loud(end: string): string; itself(): string };
  const next = order().update({ note: 'y' }) as unknown as typeof object;
  expect([object.loud('!'), object.itself(), next.loud('?')]).toEqual(['x!', 'o1', 'y?']);
});

test('it tells what it is: times, owner, model, ports and what its flow has run', () => {
  const { owner, createdMs, updatedMs } = order();
  expect([owner, createdMs, updatedMs]).toEqual(['ada', 5, 7]);
  expect([order().getPortFlow(), Object.keys(order().getPorts()), order().getSpec()]).toEqual([
    ['pick'],
    ['save', 'pick'],
    spec,
  ]);
  expect(order().getContext()).toEqual({ principal: scope.principal, mode: 'live' });
  expect(JSON.parse(JSON.stringify(order()))).toEqual({
    id: 'o1',
    modelName: 'order',
    version: 2,
    note: 'x',
    items: [{ qty: 1 }],
  });
});

test('its model’s ports, commands and relations are methods; a port takes the name of a common one, which stays under host', async () => {
  asked.length = 0;
  const given = order() as unknown as { readonly [name: string]: (...args: unknown[]) => Promise<unknown> };
  await given['pick']?.(1, { a: 2 });
  await given['save']?.();
  expect(asked).toEqual([
    { type: 'call', modelName: 'order', id: 'o1', port: 'pick', args: [1, { a: 2 }] },
    { type: 'call', modelName: 'order', id: 'o1', port: 'save', args: [] },
  ]);
  expect(await order().host.save()).toMatchObject({ version: 2 });
  expect(['approve', 'customer'].map((name) => typeof given[name])).toEqual(['function', 'function']);
});

test('objects of a class share its methods, which nobody can change', () => {
  const [one, two] = [Object.getPrototypeOf(order()) as object, Object.getPrototypeOf(order()) as object];
  expect(one).toBe(two);
  expect(Object.isFrozen(one) && Object.isFrozen(Object.getPrototypeOf(one))).toBe(true);
});

test('outside a call it reaches nothing, and says so', async () => {
  const bare = modelObject({ modelName: 'order', id: 'o1', version: 1, fields: {} });
  await expect(bare.find('o2')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(() => bare.listSync()).toThrow(/in no call/);
});
