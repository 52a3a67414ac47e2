import { checkPlain } from '../spec/check-plain.ts';
import type { SafeGlobals } from './attenuate.ts';
import { createAborting } from './safe-abort.ts';
import { createText } from './safe-text.ts';
import type { NativeText } from './safe-text.ts';
import { createTimers } from './safe-timers.ts';
import type { KeptTimers } from './safe-timers.ts';
import { createUrls } from './safe-url.ts';
import type { NativeUrls } from './safe-url.ts';

/** The platform's own functions, kept before they are removed. */
export interface KeptFunctions extends KeptTimers {
  log(level: LogLevel, text: string): void;
  /** milliseconds since the realm's start, with fractions */
  elapsed(): number;
  fetch: unknown;
  /** the global object, as long as it still has them */
  readonly natives: NativeText & NativeUrls;
}

export type LogLevel = 'debug' | 'log' | 'info' | 'warn' | 'error';

const levels: readonly LogLevel[] = ['debug', 'log', 'info', 'warn', 'error'];

/**
 * All that remote code has besides the language. Each leads to its purpose and to nothing else: no object of the
 * platform goes out, and none of remote code's goes in.
 */
export function createSafeGlobals(kept: KeptFunctions): SafeGlobals {
  const timers = createTimers(kept);
  return {
    console: createConsole(kept),
    performance: { now: () => kept.elapsed() },
    fetch: kept.fetch,
    structuredClone: (value: unknown): unknown => JSON.parse(JSON.stringify(checkPlain(value, 'structuredClone'))),
    ...timers,
    ...createAborting(timers),
    ...createText(kept.natives),
    ...createUrls(kept.natives),
  };
}

function createConsole(kept: KeptFunctions): SafeGlobals {
  const console: { [level: string]: unknown } = {};
  for (const level of levels) console[level] = (...parts: unknown[]) => kept.log(level, parts.map(describe).join(' '));
  return console;
}

/** Text only: an object handed to a real console may be asked to describe itself with powers of the console's. */
function describe(part: unknown): string {
  if (typeof part === 'string') return part;
  if (part instanceof Error) return `${part.name}: ${part.message}`;
  try {
    return JSON.stringify(part) ?? String(part);
  } catch (unprintable) {
    return `[${typeof part}: ${String((unprintable as { message?: unknown }).message)}]`;
  }
}
