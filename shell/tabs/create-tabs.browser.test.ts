import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import { expect, onTestFinished, test } from 'vitest';

import { browserPlatform, randomHex } from '../browser-platform.ts';
import { serveFollowers } from '../host/serve-followers.ts';
import type { ScriptUrls } from '../trusted-types.ts';
import { createTabs } from './create-tabs.ts';
import { TabConnector } from './host-connector.ts';
import type { HostService } from './host-service.ts';
import { tabNames } from './wire.ts';

const platform = browserPlatform((error) => {
  throw error;
});
const uniqueName = (): string => randomHex(platform, 8);

/** Another tab, whose host answers pings. */
function leadingTab(user: string): void {
  const names = tabNames(user);
  const leader = new TabConnector({
    ...{ names, platform, locks: navigator.locks, uniqueName },
    startHost(id) {
      const service = { ping: async () => id } as unknown as HostService;
      serveFollowers({ id, names, service, locks: navigator.locks, onError: platform.onError });
      return { attachment: { host: id, service, release: () => undefined }, terminate: () => undefined };
    },
  });
  onTestFinished(() => leader.dispose());
}

test('a page that comes back finds the host that it left, and its watchers are told that they have missed events', async () => {
  const user = `user-${uniqueName()}`;
  leadingTab(user);
  const tabs = createTabs({
    config: {} as ShellConfig,
    principal: { user, roles: [], tenant: 'main' },
    platform,
    urls: {} as ScriptUrls,
    locks: navigator.locks,
    uniqueName,
    onTold: () => undefined,
    onRefused: () => undefined,
    onMissing: () => undefined,
  });
  onTestFinished(() => void dispatchEvent(new PageTransitionEvent('pagehide')));
  let told = 0;
  tabs.client.onAttached(() => (told += 1));
  tabs.start();
  await tabs.client.call(async ({ ping }) => ({ ok: true, value: await ping() }));
  expect(told).toBe(0);
  for (let times = 1; times <= 2; times += 1) {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await expect.poll(() => told).toBe(times);
  }
});
