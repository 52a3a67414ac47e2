import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import { modelObject } from '../spec/model-object.ts';
import type { Adapter } from '../spec/port-spec.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { callAdapters } from './call-adapters.ts';
import { resolveBinding } from './resolve-binding.ts';

const request = {
  modelName: 'order',
  port: 'notify',
  id: 'o1',
  fields: {},
  version: 1,
  args: [],
  idempotencyKey: 'k',
  timeoutMs: 50,
};
const platform = virtualPlatform();
const call = (...adapters: ReturnType<Adapter>[]) => {
  const named = adapters.map((adapter, index) => ({ name: `r${index}#send`, adapter: () => adapter }));
  return callAdapters(modelObject(request), request, { bound: { adapters: named, service: undefined }, platform });
};

test('all adapters of a port are called, each under a key of its own; a later result wins', async () => {
  const keys: string[] = [];
  const answer =
    (result: { readonly [key: string]: number }): ReturnType<Adapter> =>
    async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      return result;
    };
  expect(await call(answer({ a: 1, b: 1 }), answer({ b: 2 }), answer({ c: 3 }))).toEqual({ a: 1, b: 2, c: 3 });
  expect(keys).toEqual(['k', 'k.1', 'k.2']);
});

test('one that fails is named, once all have ended; what others did is known', async () => {
  const ended: string[] = [];
  const late: ReturnType<Adapter> = async () => {
    await settled();
    ended.push('late');
    return {};
  };
  const ill: ReturnType<Adapter> = () => {
    throw new Error('out of ink');
  };
  await expect(call(ill, late)).rejects.toMatchObject({
    code: 'PORT_FAILED',
    message: 'order.notify (r0#send): out of ink',
    data: { isAnswered: true, retryable: true },
  });
  expect(ended).toEqual(['late']);
  const both = call(ill, ill);
  await expect(both).rejects.not.toHaveProperty('data.isAnswered');
});

test('one that may not be tried again is enough for none to be', async () => {
  const never: ReturnType<Adapter> = () => {
    throw Object.assign(new Error('no such address'), { retryable: false });
  };
  const ill: ReturnType<Adapter> = () => {
    throw new Error('busy');
  };
  await expect(call(ill, never)).rejects.toMatchObject({ message: /r0#send/, data: { retryable: false } });
});

test('one that is not answered in time decides what the failure is', async () => {
  const ill: ReturnType<Adapter> = () => {
    throw new Error('busy');
  };
  const outcome = call(ill, () => new Promise(() => undefined)).catch((error: unknown) => error);
  await settled();
  platform.pass(50);
  expect(await outcome).toBeInstanceOf(TestudoError);
  expect(await outcome).toMatchObject({ code: 'PORT_TIMEOUT', message: /r1#send/ });
});

test("configuration binds one adapter or several; without it the port's own serves", () => {
  const bindings = { adapters: { 'order.one': 'a#x', 'order.two': ['a#x', 'b#y'] }, services: {} };
  const port = { type: 'outbound' } as const;
  expect(resolveBinding(bindings, port, 'order.one')).toEqual({ adapters: ['a#x'], service: null });
  expect(resolveBinding(bindings, port, 'order.two')).toEqual({ adapters: ['a#x', 'b#y'], service: null });
  const own = { ...port, adapter: 'c#z' };
  expect(resolveBinding(bindings, own, 'order.three')).toEqual({ adapters: ['c#z'], service: null });
  expect(resolveBinding(bindings, own, 'order.one')).toEqual({ adapters: ['a#x'], service: null });
});
