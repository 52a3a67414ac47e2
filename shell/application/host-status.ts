import type { AppEvents } from '@testudo/fabric/application';
import type { HostReport } from '@testudo/fabric/host/host-api';

import type { HostClient } from '../tabs/host-client.ts';
import type { RefusedWrite } from '../tabs/host-service.ts';

/** What the host says of its link and its outbox, as the user needs it. */
export type Status =
  | { readonly kind: 'starting' }
  | { readonly kind: 'offline'; readonly pending: number }
  | { readonly kind: 'syncing'; readonly pending: number }
  | { readonly kind: 'online' };

/** The status of a report. */
export function statusOf({ online, partitions }: Pick<HostReport, 'online' | 'partitions'>): Status {
  const pending = partitions.reduce((sum, partition) => sum + partition.pending, 0);
  if (!online) return { kind: 'offline', pending };
  return pending > 0 ? { kind: 'syncing', pending } : { kind: 'online' };
}

export interface HostStatusOptions {
  readonly client: Pick<HostClient, 'call' | 'onAttached'>;
  readonly events: AppEvents;
  onStatus(status: Status): void;
  onRefused(refused: readonly RefusedWrite[]): void;
  onError(error: unknown): void;
}

/** Asks the host at the start, after each event that may change the answer, and one question at a time. */
export function followHostStatus({ client, events, onStatus, onRefused, onError }: HostStatusOptions): void {
  let isAsking = false;
  let isStale = false;
  let wasRefused = true;

  async function ask(): Promise<void> {
    const report = await client.call((host) => host.report());
    onStatus(statusOf(report));
    if (!wasRefused) return;
    wasRefused = false;
    onRefused(await client.call((host) => host.refused()));
  }
  function refresh(): void {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    isStale = false;
    const next = (): void => {
      isAsking = false;
      if (isStale) refresh();
    };
    ask().catch(onError).then(next, onError);
  }
  events.on((event) => {
    if (event.type === 'refused') wasRefused = true;
    const matters = event.type === 'link' || event.type === 'accepted' || event.type === 'refused' || event.type === 'object';
    if (matters) refresh();
  });
  client.onAttached(refresh);
  refresh();
}
