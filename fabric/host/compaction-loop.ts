import { errorCodes, hasCode } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { GivenBack, Retention } from '../sync/retention.ts';
import type { Authority } from '../sync/sync-api.ts';
import type { LogStanding } from './host-inspection.ts';

/** Opening a host has other things to do first. */
const firstMs = 60_000;
const intervalMs = 3_600_000;
const mostNewEntries = 1000;

/** Keeps what an authority keeps bounded. */
export interface CompactionLoop extends Disposable {
  readonly standing: LogStanding;
}

export interface CompactionLoopOptions {
  readonly authority: Pick<Authority, 'compact' | 'onAccepted' | 'seq' | 'floor'>;
  readonly platform: Pick<Platform, 'timer' | 'now' | 'onError'>;
  readonly retention: Retention;
  /** hears of each run that gave something back */
  told(given: GivenBack): void;
}

/**
 * Compacts a minute after the start, then every hour and whenever the log has grown by a tenth of what is kept of it
 * (at least 100 entries, at most 1000); once at a time. What fails is tried again the next time; only what does not
 * pass by itself is reported.
 */
export function keepCompact(options: CompactionLoopOptions): CompactionLoop {
  const { authority, platform, retention } = options;
  const newEntries = Math.min(mostNewEntries, Math.max(100, Math.floor(retention.logEntries / 10)));
  let grown = 0;
  let isRunning = false;
  let isDisposed = false;
  let compactedMs: number | null = null;
  let timer = platform.timer(firstMs, onTimer);
  const total = { log: 0, ops: 0, requests: 0, tombstones: 0 };

  const enter = (given: GivenBack): void => {
    compactedMs = platform.now();
    const kinds = Object.keys(given) as (keyof GivenBack)[];
    for (const kind of kinds) total[kind] += given[kind];
    if (kinds.some((kind) => given[kind] > 0)) options.told(given);
  };
  const failed = (error: unknown): void => {
    if (isDisposed || (hasCode(error) && errorCodes[error.code].retryable)) return;
    platform.onError(error);
  };
  const run = async (): Promise<void> => {
    if (isRunning || isDisposed) return;
    isRunning = true;
    grown = 0;
    try {
      enter(await authority.compact({ ...retention, shouldStop: () => isDisposed }));
    } catch (error) {
      failed(error);
    }
    isRunning = false;
  };
  function onTimer(): void {
    timer = platform.timer(intervalMs, onTimer);
    void run();
  }
  const accepted = authority.onAccepted(() => {
    grown += 1;
    if (grown >= newEntries) void run();
  });
  return {
    get standing() {
      const { floor, seq } = authority;
      return { floor, entries: seq - floor, compactedMs, given: { ...total } };
    },
    dispose() {
      isDisposed = true;
      timer.dispose();
      accepted.dispose();
    },
  };
}
