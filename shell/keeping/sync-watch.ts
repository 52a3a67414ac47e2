import type { AppEvents } from '@testudo/fabric/application';
import type { SyncStanding } from '@testudo/fabric/app-sync';
import type { HostEvent } from '@testudo/fabric/host/host-api';
import type { Disposable } from '@testudo/fabric/plain';

import type { HostClient } from '../tabs/host-client.ts';
import { syncStanding } from './sync-standing.ts';

export interface SyncWatchOptions {
  readonly client: Pick<HostClient, 'call' | 'onAttached'>;
  readonly events: AppEvents;
  /** calls back once, in time for the next frame */
  readonly frame: (callback: () => void) => void;
  readonly onError: (error: unknown) => void;
}

/** Tells any number of listeners how everything stands, by one question at a time to the host. */
export interface SyncWatch {
  /** Calls back with the standing, now and after each change, once a frame at most. */
  watch(listener: (sync: SyncStanding) => void): Disposable;
}

const decisive: readonly HostEvent['type'][] = ['object', 'accepted', 'refused', 'dismissed', 'snapshot'];

/** Asks nothing while nobody listens. */
export function syncWatch({ client, events, frame, onError }: SyncWatchOptions): SyncWatch {
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
    const failed = (error: unknown): boolean => {
      onError(error);
      return true;
    };
    void ask()
      .then(() => false, failed)
      .then((hasFailed) => {
        isAsking = false;
        if (hasFailed) isStale = true;
        else if (isStale) refresh();
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
