import type { SafeGlobals } from './attenuate.ts';

/** The platform's own functions, kept before they are removed. */
export interface KeptFunctions {
  log(level: LogLevel, text: string): void;
  /** milliseconds since the realm's start, with fractions */
  elapsed(): number;
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(timer: unknown): void;
  fetch: unknown;
}

export type LogLevel = 'debug' | 'log' | 'info' | 'warn' | 'error';

const levels: readonly LogLevel[] = ['debug', 'log', 'info', 'warn', 'error'];

/** Console, clock, timers and fetch for remote code: they lead to their purpose and to nothing else. */
export function createSafeGlobals(kept: KeptFunctions): SafeGlobals {
  const console: { [level: string]: unknown } = {};
  for (const level of levels) console[level] = (...parts: unknown[]) => kept.log(level, parts.map(describe).join(' '));
  return { console, performance: { now: () => kept.elapsed() }, fetch: kept.fetch, ...createTimers(kept) };
}

/** Timers by number: Node's own timer objects lead to the timers of others. */
function createTimers({ setTimer, clearTimer }: KeptFunctions): SafeGlobals {
  const running = new Map<number, unknown>();
  let last = 0;
  const stop = (id: unknown): void => {
    const timer = running.get(id as number);
    if (running.delete(id as number)) clearTimer(timer);
  };
  const begin = (callback: unknown, delayMs: unknown, next: (id: number, run: () => void) => void): number => {
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
    const id = (last += 1);
    const run = (): void => {
      next(id, start);
      (callback as () => void)();
    };
    const start = (): unknown => running.set(id, setTimer(run, Number(delayMs) || 0));
    start();
    return id;
  };
  return {
    setTimeout: (callback: unknown, delayMs?: unknown) => begin(callback, delayMs, (id) => running.delete(id)),
    setInterval: (callback: unknown, delayMs?: unknown) => begin(callback, delayMs, (_id, again) => again()),
    clearTimeout: stop,
    clearInterval: stop,
  };
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
