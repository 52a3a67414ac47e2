import { isRecord } from '../is-record.ts';
import type { BreakerSpec } from '../port-spec.ts';
import { breakerKeys } from '../spec-keys.ts';
import { kept, type Drops } from './drops.ts';

/** Thresholds that an entry does not name, nor `default`. */
const usual = { errorRate: 50, callVolume: 5, intervalMs: 60_000 };

type Fallback = NonNullable<BreakerSpec['fallbackFn']>;

export interface LegacyBreaker {
  readonly modelName: string;
  readonly port: string;
  readonly drops: Drops;
  fallback(given: (...args: readonly unknown[]) => unknown): Fallback;
}

/**
 * An older breaker's thresholds by the causes of this host: `portTimeout_<port>_<model>` is a port that was not
 * answered in time, `portRetryFailed_<model>` any other failure; an error's name and `default` stay what they are.
 */
export function legacyBreaker(given: unknown, breaker: LegacyBreaker): { readonly [cause: string]: BreakerSpec } {
  const result: { [cause: string]: BreakerSpec } = {};
  if (!isRecord(given)) return result;
  const common = isRecord(given['default']) ? thresholds(given['default'], usual) : usual;
  for (const key of Object.keys(given)) {
    const path = `ports.${breaker.port}.circuitBreaker.${key}`;
    const cause = causeOf(key, breaker);
    const entry = given[key];
    if (cause === null || !isRecord(entry) || cause in result) breaker.drops.keys.push(path);
    else result[cause] = { ...common, ...entryOf(entry, path, breaker) };
  }
  return result;
}

function entryOf(entry: { readonly [key: string]: unknown }, path: string, breaker: LegacyBreaker): object {
  const { drops, fallback } = breaker;
  const { fallbackFn } = entry;
  const numbers = kept(entry, path, { rules: breakerKeys, drops, done: ['fallbackFn'] });
  return typeof fallbackFn === 'function' ? { ...numbers, fallbackFn: fallback(fallbackFn as never) } : numbers;
}

function thresholds(entry: { readonly [key: string]: unknown }, fallback: typeof usual): typeof usual {
  const numberOf = (key: keyof typeof usual): number => {
    const value = entry[key];
    return breakerKeys[key]?.test(value) ? (value as number) : fallback[key];
  };
  return {
    errorRate: numberOf('errorRate'),
    callVolume: numberOf('callVolume'),
    intervalMs: numberOf('intervalMs'),
  };
}

/** `null` for another port's or another model's. */
function causeOf(key: string, { port, modelName }: LegacyBreaker): string | null {
  const [kind = '', ...names] = key.split('_');
  const named = names.join('_').toLowerCase();
  if (kind === 'portTimeout') return named === `${port}_${modelName}`.toLowerCase() ? 'PORT_TIMEOUT' : null;
  if (kind === 'portRetryFailed') return named === modelName.toLowerCase() ? 'PORT_FAILED' : null;
  return key;
}
