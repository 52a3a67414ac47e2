import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, onTestFinished, test } from 'vitest';

import { TabConnector, type HostStart } from './host-connector.ts';
import type { HostService } from './host-service.ts';
import { tabNames } from './wire.ts';

const tenDaysMs = 864_000_000;

/** A tab that leads at once, on a clock that can be set. */
function leadingTab() {
  const virtual = virtualPlatform();
  const clock = { aheadMs: 0 };
  const starts: HostStart[] = [];
  const service = { ping: () => new Promise(() => undefined) } as unknown as HostService;
  const connector = new TabConnector({
    names: tabNames('a-tab-alone'),
    platform: { ...virtual, now: () => virtual.now() + clock.aheadMs },
    locks: { request: async (_lock: string, _options: LockOptions, lead: () => unknown) => lead() } as never,
    uniqueName: () => `host-${starts.length}`,
    startHost(id, start) {
      starts.push(start);
      return { attachment: { host: id, service, release: () => undefined }, terminate: () => undefined };
    },
  });
  onTestFinished(() => connector.dispose());
  return { starts, clock, pass: virtual.pass };
}

test('a store that is lost twice has its host started anew after seconds, wherever the clock was set meanwhile', async () => {
  for (const aheadMs of [0, -tenDaysMs, tenDaysMs]) {
    const { starts, clock, pass } = leadingTab();
    await settled();
    starts[0]?.onGone(0);
    pass(0);
    expect(starts.length).toBe(2);
    clock.aheadMs = aheadMs;
    starts[1]?.onGone(0);
    pass(5000);
    expect(starts.length, `${aheadMs}`).toBe(3);
  }
});
