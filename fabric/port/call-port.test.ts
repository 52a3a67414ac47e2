import { expect, test } from 'vitest';

import type { Platform } from '../platform.ts';
import { defineModel } from '../spec/define-model.ts';
import type { Adapter, PortSpec } from '../spec/port-spec.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { callPort } from './call-port.ts';
import type { PortRequest } from './port-api.ts';
import { resolveBinding } from './resolve-binding.ts';

const specWith = (port: Partial<PortSpec>): ModelSpec =>
  defineModel({
    modelName: 'order',
    endpoint: 'orders',
    factory: () => (input) => input,
    ports: { pick: { type: 'outbound', ...port } },
    accessControlList: {},
  }) as unknown as ModelSpec;

const request: PortRequest = {
  modelName: 'order',
  port: 'pick',
  id: 'o1',
  fields: { status: 'PENDING' },
  version: 2,
  args: ['x'],
  idempotencyKey: 'k1',
  timeoutMs: 50,
};
const never: Pick<Platform, 'timer'> = { timer: () => ({ dispose: () => undefined }) };
const atOnce: Pick<Platform, 'timer'> = {
  timer: (_delayMs, callback) => {
    queueMicrotask(callback);
    return { dispose: () => undefined };
  },
};
const call = (adapter: Adapter<never>, port: Partial<PortSpec> = {}, platform = never) =>
  callPort(specWith(port), request, {
    bound: { adapters: [{ name: 'a#x', adapter: adapter as Adapter }], service: 'service' },
    platform,
  });

test('the adapter gets service, object, arguments and key; its result is merged', async () => {
  const outcome = await call((service) => async ({ model, args, idempotencyKey }) => ({
    shelf: [service, model.getId(), args[0] ?? '', idempotencyKey],
  }));
  expect(outcome.result).toEqual({ shelf: ['service', 'o1', 'x', 'k1'] });
  expect(outcome.patch).toEqual({ set: outcome.result, unset: [], base: {} });
});

test('keys choose what is merged; a callback decides by itself', async () => {
  const adapter = () => () => ({ shelf: 'C4', secret: 1 });
  expect((await call(adapter, { keys: 'shelf' })).patch.set).toEqual({ shelf: 'C4' });
  const callback: PortSpec['callback'] = ({ model }, { shelf }) => model.update({ status: `at ${String(shelf)}` });
  expect((await call(adapter, { callback })).patch).toEqual({
    set: { status: 'at C4' },
    unset: [],
    base: { status: 'PENDING' },
  });
});

test('an attempt that takes too long is PORT_TIMEOUT and its signal fires', async () => {
  let isAborted = false;
  const adapter: Adapter<never> =
    () =>
    ({ signal }) =>
      new Promise(() => signal.addEventListener('abort', () => (isAborted = true)));
  await expect(call(adapter, {}, atOnce)).rejects.toMatchObject({ code: 'PORT_TIMEOUT', retryable: true });
  expect(isAborted).toBe(true);
});

test.each([
  ['gives its result', () => ({ shelf: 'C4' })],
  ['gives a promise that is settled', async () => ({ shelf: 'C4' })],
])('an adapter that %s starts no timer', async (_what, answer) => {
  let timers = 0;
  const counting: Pick<Platform, 'timer'> = {
    timer: () => {
      timers += 1;
      return { dispose: () => undefined };
    },
  };
  await call(() => answer, {}, counting);
  expect(timers).toBe(0);
  await call(() => () => new Promise((resolve) => setImmediate(resolve, { shelf: 'C4' })), {}, counting);
  expect(timers).toBe(1);
});

test('a timer is disposed when its attempt ends, and the error that a partner throws is his own', async () => {
  let isRunning = false;
  const watched: Pick<Platform, 'timer'> = {
    timer: () => {
      isRunning = true;
      return { dispose: () => (isRunning = false) };
    },
  };
  const late = (): Promise<never> => new Promise((_resolve, reject) => setImmediate(reject, undefined));
  await expect(call(() => late, {}, watched)).rejects.toMatchObject({ code: 'PORT_FAILED' });
  expect(isRunning).toBe(false);
});

test.each([
  [
    'an error keeps its message',
    new Error('down'),
    { message: 'order.pick: down', data: { retryable: true, code: 'PORT_FAILED' } },
  ],
  [
    'its own word on a retry counts',
    Object.assign(new Error('no'), { retryable: false }),
    { data: { retryable: false, code: 'PORT_FAILED' } },
  ],
])('%s', async (_what, error, expected) => {
  await expect(call(() => () => Promise.reject(error))).rejects.toMatchObject({ code: 'PORT_FAILED', ...expected });
});

test('a result that is not a plain record is PORT_FAILED', async () => {
  await expect(call(() => () => [] as never)).rejects.toMatchObject({ code: 'PORT_FAILED' });
});

test('a callback that throws is VALIDATION; a disabled port METHOD_UNKNOWN', async () => {
  const callback = (): never => {
    throw new Error('too late');
  };
  await expect(call(() => () => ({}), { callback })).rejects.toMatchObject({ code: 'VALIDATION', message: 'too late' });
  await expect(call(() => () => ({}), { disabled: true })).rejects.toMatchObject({ code: 'METHOD_UNKNOWN' });
});

test('a missing binding is ADAPTER_MISSING and says what to configure', () => {
  const port: PortSpec = { type: 'outbound', service: 'inventory' };
  const problem = (bindings: Parameters<typeof resolveBinding>[0]) => () =>
    resolveBinding(bindings, port, 'order.pick');
  expect(problem({ adapters: {}, services: {} })).toThrow('bindings.adapters["order.pick"]');
  expect(problem({ adapters: { 'order.pick': 'f#pick' }, services: {} })).toThrow('bindings.services["inventory"]');
  expect(problem({ adapters: { 'order.pick': 'f#pick' }, services: { inventory: 'f#s' } })()).toEqual({
    adapters: ['f#pick'],
    service: 'f#s',
  });
});

test('a port that changes a field which it may not is refused', async () => {
  const port = { writes: ['shelf'], callback: () => ({ status: 'PAID' }) };
  await expect(call(() => () => ({}), port)).rejects.toMatchObject({
    code: 'VALIDATION',
    message: expect.stringContaining('order.status may not be changed by the port pick'),
  });
});
