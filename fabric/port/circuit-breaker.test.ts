import fc from 'fast-check';
import { expect, test } from 'vitest';

import { CircuitBreaker, type BreakerState, type CallEnd } from './circuit-breaker.ts';

const threshold = { errorRate: 20, callVolume: 5, intervalMs: 9000, retryDelayMs: 10_000, hasFallback: false };

/** A breaker on a clock that a test moves; `changes` are the states that it went through. */
function setUp(thresholds: ConstructorParameters<typeof CircuitBreaker>[0]['thresholds'] = { default: threshold }) {
  const clock = { nowMs: 0 };
  const changes: BreakerState['name'][] = [];
  const breaker = new CircuitBreaker({
    thresholds,
    now: () => clock.nowMs,
    onChange: (state) => changes.push(state.name),
  });
  const begin = (): ((end: CallEnd) => void) => {
    const admission = breaker.admit();
    if (!admission.goes) throw new Error('no call goes now');
    return (end) => admission.ended(end);
  };
  const call = (isGood: boolean, ...causes: string[]): boolean => {
    const admission = breaker.admit();
    if (!admission.goes) return false;
    admission.ended(isGood ? { type: 'success' } : { type: 'failure', causes });
    return true;
  };
  return { breaker, clock, changes, begin, call };
}

/** How many of so many calls are made when every n-th fails. */
function madeOf(calls: number, isGood: (call: number) => boolean): number {
  const { call } = setUp();
  let made = 0;
  for (let number = 1; number <= calls; number += 1) if (call(isGood(number))) made += 1;
  return made;
}

test('a partner that fails always, half the time, or less than the threshold: it holds to the call', () => {
  expect(madeOf(100, () => false)).toBe(5);
  expect(madeOf(100, (call) => call % 2 === 0)).toBe(5);
  expect(madeOf(1000, (call) => call % 100 >= 19)).toBe(5);
  expect(madeOf(1000, (call) => call % 100 < 81)).toBe(1000);
  expect(madeOf(1000, (call) => call % 5 !== 0)).toBe(5);
});

test('a clock that is set back makes the delay begin anew, and no longer', () => {
  const { breaker, clock, call } = setUp();
  for (let number = 0; number < 5; number += 1) call(false);
  clock.nowMs = -864_000_000;
  expect(breaker.admit()).toEqual({ goes: false, waitMs: 10_000, cause: 'default' });
  clock.nowMs += 9999;
  expect(breaker.admit()).toEqual({ goes: false, waitMs: 1, cause: 'default' });
  clock.nowMs += 1;
  expect(call(true)).toBe(true);
});

test('closed, open, half-open, open again, half-open, closed', () => {
  const { breaker, clock, changes, begin, call } = setUp();
  for (let number = 0; number < 5; number += 1) call(false);
  expect(breaker.admit()).toEqual({ goes: false, waitMs: 10_000, cause: 'default' });
  clock.nowMs = 9999;
  expect(call(true)).toBe(false);
  clock.nowMs = 10_000;
  const ended = begin();
  expect(breaker.admit(), 'one call probes').toMatchObject({ goes: false });
  ended({ type: 'failure', causes: [] });
  expect(breaker.admit()).toMatchObject({ waitMs: 10_000 });
  clock.nowMs = 20_000;
  expect(call(true)).toBe(true);
  expect(changes).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  for (let number = 0; number < 4; number += 1) expect(call(false), 'the past is forgotten').toBe(true);
  expect(breaker.state.name).toBe('closed');
});

test('calls that are older than the window do not count', () => {
  const { breaker, clock, call } = setUp();
  for (let number = 0; number < 4; number += 1) call(false);
  clock.nowMs = 9000;
  for (let number = 0; number < 4; number += 1) call(true);
  call(false);
  expect(breaker.state.name).toBe('open');
  expect(breaker.counts).toEqual({ calls: 5, failures: 1 });
});

test('a cause that has thresholds of its own counts for them alone', () => {
  const patient = { ...threshold, errorRate: 60 };
  const { breaker, call } = setUp({ default: patient, PORT_TIMEOUT: threshold });
  for (let number = 0; number < 9; number += 1) call(number % 2 === 0, 'PORT_FAILED');
  expect(breaker.state.name).toBe('closed');
  call(false, 'PORT_FAILED', 'PORT_TIMEOUT');
  expect(breaker.state).toMatchObject({ name: 'closed' });
  for (let number = 0; number < 2; number += 1) call(false, 'Odd', 'PORT_TIMEOUT');
  expect(breaker.state).toMatchObject({ name: 'open', cause: 'PORT_TIMEOUT' });
});

test('a probe that found out nothing lets the next one go at once', () => {
  const { clock, begin, call } = setUp();
  for (let number = 0; number < 5; number += 1) call(false);
  clock.nowMs = 10_000;
  begin()({ type: 'dropped' });
  expect(begin).not.toThrow();
});

test.each<CallEnd>([{ type: 'success' }, { type: 'dropped' }, { type: 'failure', causes: [] }])(
  'a call from before the breaker opened ends with $type: the probe goes on alone',
  (end) => {
    const { breaker, clock, begin, call } = setUp();
    const late = begin();
    for (let number = 0; number < 5; number += 1) call(false);
    clock.nowMs = 10_000;
    const probed = begin();
    late(end);
    expect(breaker.state.name).toBe('half-open');
    expect(breaker.admit()).toMatchObject({ goes: false });
    probed({ type: 'success' });
    expect(breaker.state.name).toBe('closed');
  },
);

/** What the breaker must do, without its data structures: every call ever made, looked through each time. */
class ReferenceBreaker {
  made: { readonly atMs: number; readonly isGood: boolean }[] = [];
  openUntilMs: number | null = null;

  call(nowMs: number, isGood: boolean): boolean {
    if (this.openUntilMs !== null) return this.probe(nowMs, isGood);
    this.made.push({ atMs: nowMs, isGood });
    const recent = this.made.filter(({ atMs }) => atMs > nowMs - threshold.intervalMs);
    const failed = recent.filter((each) => !each.isGood).length;
    if (!isGood && recent.length >= threshold.callVolume && failed / recent.length >= threshold.errorRate / 100)
      this.openUntilMs = nowMs + threshold.retryDelayMs;
    return true;
  }

  probe(nowMs: number, isGood: boolean): boolean {
    if (nowMs < (this.openUntilMs ?? 0)) return false;
    this.openUntilMs = isGood ? null : nowMs + threshold.retryDelayMs;
    if (isGood) this.made = [];
    return true;
  }
}

test('any sequence of calls: as the reference does', () => {
  const calls = fc.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), fc.boolean()), { maxLength: 120 });
  fc.assert(
    fc.property(calls, (sequence) => {
      const { clock, call } = setUp();
      const reference = new ReferenceBreaker();
      for (const [passedMs, isGood] of sequence) {
        clock.nowMs += passedMs;
        expect(call(isGood)).toBe(reference.call(clock.nowMs, isGood));
      }
    }),
    { numRuns: 300 },
  );
});
