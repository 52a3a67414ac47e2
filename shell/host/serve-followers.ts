import { expose } from 'comlink';

import { openBroadcastEndpoint } from '../tabs/broadcast-endpoint.ts';
import type { HostService } from '../tabs/host-service.ts';
import { wireRevision, type DoorMessage, type HostTold, type TabNames } from '../tabs/wire.ts';

export interface FollowersOptions {
  readonly id: string;
  readonly names: TabNames;
  readonly service: HostService;
  readonly locks: LockManager;
  onError(error: unknown): void;
}

/**
 * Serves every tab of its own revision that joins, each on a channel of its own, until that tab is gone.
 * @returns what tells all tabs of this host's user something
 */
export function serveFollowers(options: FollowersOptions): (told: HostTold) => void {
  const { id, names, service, locks, onError } = options;
  const door = new BroadcastChannel(names.door);
  const send = (message: DoorMessage): void => door.postMessage(message);
  const served = new Set<string>();

  function serve(name: string): void {
    if (served.has(name)) return;
    served.add(name);
    const endpoint = openBroadcastEndpoint(name);
    expose(service, endpoint);
    const end = (): void => {
      endpoint.close();
      served.delete(name);
    };
    // The tab holds the lock of this name for as long as it is there.
    locks.request(name, () => undefined).then(end, onError);
  }

  door.addEventListener('message', ({ data }: MessageEvent<DoorMessage>) => {
    if (data.type !== 'join' || !data.endpoint.startsWith(names.endpoint)) return;
    if (data.wire === wireRevision) serve(data.endpoint);
    send({ type: 'joined', endpoint: data.endpoint, host: id, wire: wireRevision });
  });
  send({ type: 'up', host: id });
  return send;
}
