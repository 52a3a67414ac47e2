import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import { retry } from './retry.ts';

/** A platform whose timers fire as soon as they are set, and are noted. */
function instantly() {
  const waits: number[] = [];
  const timer = (delayMs: number, callback: () => void): Disposable => {
    waits.push(delayMs);
    queueMicrotask(callback);
    return { dispose: () => undefined };
  };
  return { waits, platform: { timer, random: (length: number) => new Uint8Array(length).fill(128) } };
}

test('it tries again until it succeeds', async () => {
  const { waits, platform } = instantly();
  const run = async (attempt: number): Promise<number> => {
    if (attempt < 3) throw new TestudoError('PORT_FAILED', 'busy');
    return attempt;
  };
  expect(await retry(run, { maxRetry: 5, platform })).toBe(3);
  expect(waits).toEqual([150, 300]);
});

test('it gives up after maxRetry, and at once when another attempt cannot help', async () => {
  const { waits, platform } = instantly();
  const failing = (error: Error) => retry(() => Promise.reject(error), { maxRetry: 2, platform });
  await expect(failing(new Error('down'))).rejects.toThrow('down');
  expect(waits).toHaveLength(2);
  await expect(failing(new TestudoError('VALIDATION', 'no'))).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(failing(new TestudoError('PORT_FAILED', 'no', { data: { retryable: false } }))).rejects.toMatchObject({
    code: 'PORT_FAILED',
  });
  expect(waits).toHaveLength(2);
});

test('an abort ends the wait with its reason and disposes the timer', async () => {
  const controller = new AbortController();
  const reason = new TestudoError('ABORTED', 'the host closes');
  let disposed = 0;
  const timer = (): Disposable => {
    queueMicrotask(() => controller.abort(reason));
    return { dispose: () => void (disposed += 1) };
  };
  const platform = { timer, random: (length: number) => new Uint8Array(length) };
  const failing = (): Promise<never> => Promise.reject(new Error('down'));
  await expect(retry(failing, { maxRetry: 2, platform, signal: controller.signal as never })).rejects.toBe(reason);
  expect(disposed).toBe(1);
});
