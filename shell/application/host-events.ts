import type { AppEvents } from '@testudo/fabric/application';
import type { HostEvent } from '@testudo/fabric/host/host-api';

import type { EventMessage } from '../tabs/wire.ts';

/** The events of this browser's host, whichever tab runs it. A listener that throws harms nobody else. */
export function openHostEvents(channelName: string, onError: (error: unknown) => void): AppEvents {
  const channel = new BroadcastChannel(channelName);
  const listeners = new Set<(event: HostEvent) => void>();
  channel.onmessage = ({ data }: MessageEvent<EventMessage>) => {
    for (const listener of [...listeners]) {
      try {
        listener(data);
      } catch (error) {
        onError(error);
      }
    }
  };
  return {
    on(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
