import type { Principal } from '@testudo/fabric/access/principal';
import type { TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import type { Platform } from '@testudo/fabric/platform';

import type { ScriptUrls } from '../trusted-types.ts';
import { createHostClient } from './host-client.ts';
import type { HostClient } from './host-client.ts';
import { TabConnector } from './host-connector.ts';
import { startLocalHost } from './local-host.ts';
import { tabNames } from './wire.ts';
import type { HostTold } from './wire.ts';

export interface TabsOptions {
  readonly config: ShellConfig;
  readonly principal: Principal;
  readonly platform: Platform;
  readonly urls: ScriptUrls;
  readonly locks: LockManager;
  uniqueName(): string;
  onTold(told: HostTold): void;
  onRefused(error: TestudoError): void;
}

/** This page's way to the one host of its browser. */
export interface Tabs {
  readonly client: HostClient;
  /** Stands for election from now on; calls made before wait for it. */
  start(): void;
}

/** The page's client, and the election that may make this tab the one that runs the host. */
export function createTabs(options: TabsOptions): Tabs {
  const { config, principal, platform, urls, locks, uniqueName, onTold, onRefused } = options;
  let begin = (): void => undefined;
  const started = new Promise<TabConnector>((resolve) => {
    begin = () =>
      resolve(
        new TabConnector({
          names: tabNames(principal.user),
          platform,
          locks,
          uniqueName,
          onTold,
          onRefused,
          startHost: (id, start) =>
            startLocalHost({ ...start, id, config, principal, urls, onError: (error) => platform.onError(error) }),
        }),
      );
  });
  let connector: TabConnector | null = null;
  const listeners = new Set<(host: string) => void>();
  started
    .then((opened) => {
      connector = opened;
      opened.onLeader((host) => listeners.forEach((listener) => listener(host)));
    })
    .catch((error: unknown) => platform.onError(error));
  const client = createHostClient({
    platform,
    connector: {
      attach: async () => (await started).attach(),
      replace: (silent) => connector?.replace(silent),
      onLeader(listener) {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    },
  });
  return { client, start: () => begin() };
}
