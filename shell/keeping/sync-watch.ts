import type { AppEvents } from '@testudo/fabric/application';
import type { SyncStanding } from '@testudo/fabric/app-sync';
import type { HostEvent } from '@testudo/fabric/host/host-api';
import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

import type { HostClient } from '../tabs/host-client.ts';
import { syncStanding } from './sync-standing.ts';

export interface SyncWatchOptions {
  readonly client: Pick<HostClient, 'call' | 'onAttached'>;
  readonly events: AppEvents;
  readonly platform: Pick<Platform, 'now' | 'timer'>;
  /** calls back once, in time for the next frame */
  readonly frame: (callback: () => void) => void;
  readonly onError: (error: unknown) => void;
}

/** Tells any number of listeners how everything stands, by one question at a time to the host. */
export interface SyncWatch {
  /** Calls back with the standing, now and after each change, once a frame at most. */
  watch(listener: (sync: SyncStanding) => void): Disposable;
}

const decisive: readonly HostEvent['type'][] = ['object', 'accepted', 'refused', 'held', 'dismissed', 'snapshot'];

/** The host answers with all that is unsent: while much is written, no more than a fifth of the time goes there. */
const restTimes = 4;
const maxRestMs = 1000;

/** Asks nothing while nobody listens, and after a question that took long rests for longer. */
export function syncWatch({ client, events, platform, frame, onError }: SyncWatchOptions): SyncWatch {
  const listeners = new Set<{ tell(sync: SyncStanding): void }>();
  let latest: SyncStanding | null = null;
  let isAsking = false;
  let isStale = true;
  let isFrameDue = false;

  async function ask(): Promise<void> {
    isStale = false;
    const [unsent, refused] = await Promise.all([
      client.call((host) => host.unsent()),
      client.call((host) => host.refused()),
    ]);
    latest = syncStanding(unsent, refused);
    tellSoon();
  }
  function tellSoon(): void {
    if (isFrameDue) return;
    isFrameDue = true;
    frame(() => {
      isFrameDue = false;
      for (const listener of [...listeners]) if (latest) tell(listener, latest);
    });
  }
  function tell(listener: { tell(sync: SyncStanding): void }, sync: SyncStanding): void {
    try {
      listener.tell(sync);
    } catch (error) {
      onError(error);
    }
  }
  function refresh(): void {
    isStale = true;
    if (isAsking || listeners.size === 0) return;
    isAsking = true;
    const beganMs = platform.now();
    const again = (): void => {
      isAsking = false;
      if (isStale) refresh();
    };
    const rest = (): void => {
      const restMs = Math.min(restTimes * (platform.now() - beganMs), maxRestMs);
      if (restMs > 0) platform.timer(restMs, again);
      else again();
    };
    ask().then(rest, (error: unknown) => {
      onError(error);
      isAsking = false;
      isStale = true;
    });
  }
  events.on((event) => {
    if (!event.traced && decisive.includes(event.type)) refresh();
  });
  client.onAttached(refresh);
  return {
    watch(tellOf) {
      const listener = { tell: tellOf };
      listeners.add(listener);
      if (isStale) refresh();
      else if (latest) tellSoon();
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
