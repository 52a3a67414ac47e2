import type { Principal } from '@testudo/fabric/access/principal';
import { settle, type TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import type { Platform } from '@testudo/fabric/platform';

import type { ScriptUrls } from '../trusted-types.ts';
import { createHostClient } from './host-client.ts';
import type { Attachment, HostClient } from './host-client.ts';
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
  /** The browser's host has not come, and calls fail with `UNAVAILABLE`; or it has come after that. */
  onMissing(isMissing: boolean): void;
}

/** This page's way to the one host of its browser. */
export interface Tabs {
  readonly client: HostClient;
  /** Stands for election from now on; calls made before wait for it. */
  start(): void;
}

/**
 * The page's client, and the election that may make this tab the one that runs the host. A page that goes, is frozen or
 * kept for Back gives up its place at once; calls wait until it is shown again. It finds the host then by itself, as it
 * has missed what was told meanwhile.
 * @see Page Lifecycle (WICG): `freeze`, `resume`; HTML, section 7.4.6: `pagehide`, `pageshow`; section 9.5: who is kept
 * for Back is not eligible for messaging
 */
export function createTabs(options: TabsOptions): Tabs {
  const { platform } = options;
  const listeners = new Set<(host: string) => void>();
  let connector: TabConnector | null = null;
  let open = (): void => undefined;
  let opened: Promise<void>;
  const wait = (): void => {
    opened = new Promise((resolve) => (open = resolve));
  };
  function enter(): void {
    if (connector) return;
    connector = openConnector({ ...options, onMissing });
    connector.onLeader((host) => listeners.forEach((listener) => listener(host)));
    open();
  }
  /** Attaches to the host by a call that costs it nothing, so that whoever watches is told of it. */
  function reach(): void {
    client.call(({ ping }) => settle(ping)).catch((error: unknown) => platform.onError(error));
  }
  function comeBack(): void {
    if (connector) return;
    enter();
    reach();
  }
  function onMissing(isMissing: boolean): void {
    options.onMissing(isMissing);
    // Who was refused meanwhile is told of the host by the first call that reaches it.
    if (!isMissing) reach();
  }
  function leave(): void {
    if (!connector) return;
    wait();
    connector.dispose();
    connector = null;
  }
  async function attach(): Promise<Attachment> {
    for (;;) {
      await opened;
      const asked = connector;
      try {
        if (asked) return await asked.attach();
      } catch (error) {
        if (asked === connector) throw error;
      }
    }
  }

  wait();
  const client = createHostClient({
    platform,
    connector: {
      attach,
      replace: (silent) => connector?.replace(silent),
      onLeader(listener) {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    },
  });
  return {
    client,
    start() {
      enter();
      addEventListener('online', () => connector?.retry());
      addEventListener('pagehide', leave);
      addEventListener('pageshow', comeBack);
      document.addEventListener('freeze', leave);
      document.addEventListener('resume', comeBack);
    },
  };
}

function openConnector({ config, principal, platform, urls, ...rest }: TabsOptions): TabConnector {
  return new TabConnector({
    ...rest,
    names: tabNames(principal.user),
    platform,
    startHost: (id, start) =>
      startLocalHost({ ...start, id, config, principal, urls, onError: (error) => platform.onError(error) }),
  });
}
