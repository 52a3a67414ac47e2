import type { AppEvents } from '@testudo/fabric/application';
import type { Platform } from '@testudo/fabric/platform';
import type { HostReport, StorageTrouble } from '@testudo/fabric/host/host-api';

import type { HostClient } from '../tabs/host-client.ts';
import type { RefusedWrite } from '@testudo/fabric/host/host-api';

/** What the host says of its link and its outbox, as the user needs it. */
export type Status =
  | { readonly kind: 'starting' }
  | { readonly kind: 'offline'; readonly pending: number }
  | { readonly kind: 'syncing'; readonly pending: number }
  /** offline, because the session is somebody else's */
  | { readonly kind: 'other-user'; readonly user: string; readonly pending: number }
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
  readonly platform: Pick<Platform, 'timer'>;
  onStatus(status: Status): void;
  /** what is wrong with the host's storage by now, with each answer */
  onTroubles(troubles: readonly StorageTrouble[]): void;
  onRefused(refused: readonly RefusedWrite[]): void;
  onError(error: unknown): void;
}

/** How long a host that has just started may be without a link before that counts as offline. */
const graceMs = 2500;

/**
 * Asks the host at the start and after each event that may change the answer, one question at a time. A host that has
 * just started is `starting`, not offline, until its link has come, gone or been missing for a while.
 */
export function followHostStatus(options: HostStatusOptions): void {
  const { client, events, platform, onStatus, onTroubles, onRefused, onError } = options;
  let isAsking = false;
  let isStale = false;
  let wasRefused = true;
  let isSettled = false;

  async function ask(): Promise<void> {
    const report = await client.call((host) => host.report());
    const status = statusOf(report);
    onTroubles(report.troubles ?? []);
    if (status.kind !== 'offline') isSettled = true;
    onStatus(isSettled ? status : { kind: 'starting' });
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
  function begin(): void {
    isSettled = false;
    wasRefused = true;
    platform.timer(graceMs, () => {
      if (isSettled) return;
      isSettled = true;
      refresh();
    });
    refresh();
  }
  events.on((event) => {
    if (event.traced) return;
    if (event.type === 'refused') wasRefused = true;
    if (event.type === 'link') isSettled = true;
    const matters =
      event.type === 'storage' ||
      event.type === 'link' ||
      event.type === 'accepted' ||
      event.type === 'refused' ||
      event.type === 'object';
    if (matters) refresh();
  });
  client.onAttached(begin);
  begin();
}
