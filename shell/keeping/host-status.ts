import type { AppEvents } from '@testudo/fabric/application';
import type { Platform } from '@testudo/fabric/platform';
import type { HostEvent, HostReport } from '@testudo/fabric/host/host-api';

import type { HostClient } from '../tabs/host-client.ts';

/** What the host says of its link and its outbox, as the user needs it. */
export type Status =
  | { readonly kind: 'starting' }
  /** its program has not come */
  | { readonly kind: 'missing' }
  | { readonly kind: 'offline'; readonly pending: number }
  | { readonly kind: 'syncing'; readonly pending: number }
  /** offline, because the session is somebody else's */
  | { readonly kind: 'other-user'; readonly user: string; readonly pending: number }
  | { readonly kind: 'online' };

/** The status of a host with so many changes that are not sent. @param online `null`: it has just started */
export function statusOf(online: boolean | null, pending: number): Status {
  if (online === null) return { kind: 'starting' };
  if (!online) return { kind: 'offline', pending };
  return pending > 0 ? { kind: 'syncing', pending } : { kind: 'online' };
}

export interface HostReportsOptions {
  readonly client: Pick<HostClient, 'call' | 'onAttached'>;
  readonly events: AppEvents;
  readonly platform: Pick<Platform, 'timer'>;
  /** @param online whether the host has its link; `null`: it has just started, and the link may still come */
  onReport(report: HostReport, online: boolean | null): void;
  onError(error: unknown): void;
}

/** How long a host that has just started may be without a link before that counts as offline. */
const graceMs = 2500;
/** what changes more than the outbox, of which a report is not needed */
const decisive: readonly HostEvent['type'][] = ['storage', 'link', 'snapshot'];

/**
 * Asks the host for its report at the start and after each event that may change what it says of link and storage, one
 * question at a time. A host that has just started is not offline until its link has come, gone or been missing for a
 * while.
 */
export function followHostReports({ client, events, platform, onReport, onError }: HostReportsOptions): void {
  let isAsking = false;
  let isStale = false;
  let isSettled = false;

  async function ask(): Promise<void> {
    const report = await client.call((host) => host.report());
    if (report.online) isSettled = true;
    onReport(report, isSettled ? report.online : null);
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
    platform.timer(graceMs, () => {
      if (isSettled) return;
      isSettled = true;
      refresh();
    });
    refresh();
  }
  events.on((event) => {
    if (event.traced || !decisive.includes(event.type)) return;
    if (event.type === 'link') isSettled = true;
    refresh();
  });
  client.onAttached(begin);
  begin();
}
