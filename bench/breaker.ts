import { CircuitBreaker } from '@testudo/fabric/port/circuit-breaker';

import { measure, oneAtATime, perSecond } from './measure.ts';
import type { Group, Row } from './measure.ts';
import { loadCockatiel, loadOpossum } from './peers.ts';

const CALLS = 20_000;
const percent = 50;
const windowMs = 10_000;
const delayMs = 600_000;

type Call = () => Promise<unknown>;

/** A breaker around a call: it opens at half of at least five calls in ten seconds. */
interface Wrapped {
  readonly call: Call;
  /** Stops its timers. */
  end?(): void;
}

type Wrap = (call: Call) => Wrapped;

const ours: Wrap = (call) => {
  const limits = { errorRate: percent, callVolume: 5, intervalMs: windowMs, retryDelayMs: delayMs };
  const thresholds = { default: { ...limits, hasFallback: false } };
  const breaker = new CircuitBreaker({ thresholds, now: () => performance.now(), onChange: () => undefined });
  const guarded: Call = async () => {
    const admission = breaker.admit();
    if (!admission.goes) throw new Error('open');
    try {
      const result = await call();
      admission.ended({ type: 'success' });
      return result;
    } catch (error) {
      admission.ended({ type: 'failure', causes: [] });
      throw error;
    }
  };
  return { call: guarded };
};

async function peers(): Promise<readonly { readonly name: string; readonly wrap: Wrap }[]> {
  const [cockatiel, Opossum] = [await loadCockatiel(), await loadOpossum()];
  if (cockatiel === undefined || Opossum === undefined) return [];
  const { circuitBreaker, handleAll, SamplingBreaker } = cockatiel;
  return [
    {
      name: 'cockatiel 3, SamplingBreaker',
      wrap: (call) => {
        const breaker = new SamplingBreaker({ threshold: percent / 100, duration: windowMs, minimumRps: 0.5 });
        const policy = circuitBreaker(handleAll, { halfOpenAfter: delayMs, breaker });
        return { call: () => policy.execute(call) };
      },
    },
    {
      name: 'opossum 9',
      wrap: (call) => {
        const window = { rollingCountTimeout: windowMs, resetTimeout: delayMs, volumeThreshold: 5 };
        const breaker = new Opossum(call, { timeout: false, errorThresholdPercentage: percent, ...window });
        return { call: () => breaker.fire(), end: () => breaker.shutdown() };
      },
    },
  ];
}

/** Calls a second through a fresh breaker; what it refuses counts as a call. */
async function round(wrap: Wrap, action: Call, failsFirst: number): Promise<number> {
  let failures = failsFirst;
  const { call, end } = wrap(() => {
    failures -= 1;
    return failures >= 0 ? Promise.reject(new Error('ill')) : action();
  });
  const settled: Call = () => call().catch(() => undefined);
  await oneAtATime(failsFirst, settled);
  const rate = await perSecond(CALLS, () => oneAtATime(CALLS, settled));
  end?.();
  return rate;
}

async function contest(state: string, failsFirst: number): Promise<readonly Row[]> {
  const action: Call = async () => 'done';
  const roundOf = (wrap: Wrap) => () => round(wrap, action, failsFirst);
  return measure({
    name: `breaker, ${state}`,
    unit: 'calls/s',
    ours: roundOf(ours),
    peers: (await peers()).map(({ name, wrap }) => ({ name, round: roundOf(wrap), limit: null })),
  });
}

/** What a breaker lets through, and refuses, of calls that cost nothing. */
export const breaker: Group = {
  name: 'breaker',
  run: async () => [...(await contest('closed', 0)), ...(await contest('open', 100))],
};
