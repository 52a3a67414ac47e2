import { TestudoError } from '@testudo/fabric/error';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Pulse } from './pulse.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const silence = (): TestudoError => new TestudoError('DEADLINE', 'silent');
const never = new Promise<never>(() => undefined);

/** What has become of a wait by now. */
function outcomeOf(wait: Promise<unknown>): { now: unknown } {
  const outcome: { now: unknown } = { now: 'waiting' };
  wait.then(
    (value) => (outcome.now = value),
    (error: unknown) => (outcome.now = (error as TestudoError).code),
  );
  return outcome;
}

test('a wait ends when nothing is heard for the whole time, and not before', async () => {
  const outcome = outcomeOf(new Pulse(5000).wait(never, silence));
  await vi.advanceTimersByTimeAsync(4999);
  expect(outcome.now).toBe('waiting');
  await vi.advanceTimersByTimeAsync(1);
  expect(outcome.now).toBe('DEADLINE');
});

test('signs of life keep it waiting; all that waits ends together', async () => {
  const pulse = new Pulse(5000);
  const first = outcomeOf(pulse.wait(never, silence));
  await vi.advanceTimersByTimeAsync(3000);
  pulse.heard();
  const second = outcomeOf(pulse.wait(never, silence));
  await vi.advanceTimersByTimeAsync(4999);
  expect([first.now, second.now]).toEqual(['waiting', 'waiting']);
  await vi.advanceTimersByTimeAsync(1);
  expect([first.now, second.now]).toEqual(['DEADLINE', 'DEADLINE']);
});

test('what comes in time is given, and leaves no timer', async () => {
  const pulse = new Pulse(5000);
  expect(await pulse.wait(Promise.resolve(7), silence)).toBe(7);
  await expect(pulse.wait(Promise.reject(new Error('no')), silence)).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
});

test('a thread that was frozen does not call the other side silent', async () => {
  const outcome = outcomeOf(new Pulse(5000).wait(never, silence));
  vi.spyOn(performance, 'now').mockReturnValueOnce(60_000).mockReturnValueOnce(60_000);
  await vi.advanceTimersByTimeAsync(5000);
  vi.restoreAllMocks();
  expect(outcome.now).toBe('waiting');
});
