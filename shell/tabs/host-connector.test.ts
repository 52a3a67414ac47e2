import type { TestudoError } from '@testudo/fabric/error';
import { settled, virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, onTestFinished, test } from 'vitest';

import { TabConnector, type HostStart } from './host-connector.ts';
import type { HostService } from './host-service.ts';
import { tabNames, wireRevision, type DoorMessage, type TabNames } from './wire.ts';

const tenDaysMs = 864_000_000;
let tabs = 0;

/** A tab, on a clock that can be set. @param isLed another one leads, from which it may take the lead */
function openTab({ isLed = false } = {}) {
  const virtual = virtualPlatform();
  const clock = { aheadMs: 0 };
  const starts: HostStart[] = [];
  const refusals: TestudoError[] = [];
  const names = tabNames(`a-tab-${(tabs += 1)}`);
  const request = async (
    name: string,
    options: LockOptions | (() => unknown),
    lead: () => unknown,
  ): Promise<unknown> => {
    if (typeof options === 'function') return options();
    return isLed && name === names.lock && options.steal !== true ? new Promise(() => undefined) : lead();
  };
  const service = { ping: () => new Promise(() => undefined) } as unknown as HostService;
  const connector = new TabConnector({
    names,
    platform: { ...virtual, now: () => virtual.now() + clock.aheadMs },
    locks: { request } as unknown as LockManager,
    uniqueName: () => `host-${starts.length}`,
    startHost(id, start) {
      starts.push(start);
      return { attachment: { host: id, service, release: () => undefined }, terminate: () => undefined };
    },
    onRefused: (error) => refusals.push(error),
  });
  onTestFinished(() => connector.dispose());
  return { connector, names, starts, refusals, clock, pass: virtual.pass };
}

/** A host of another tab, of this revision. */
function hostOf(names: TabNames, wire: number): void {
  const door = new BroadcastChannel(names.door);
  onTestFinished(() => door.close());
  door.addEventListener('message', ({ data }: MessageEvent<DoorMessage>) => {
    if (data.type === 'join') door.postMessage({ type: 'joined', endpoint: data.endpoint, host: 'theirs', wire });
  });
}

test('a store that is lost twice has its host started anew after seconds, wherever the clock was set meanwhile', async () => {
  for (const aheadMs of [0, -tenDaysMs, tenDaysMs]) {
    const { starts, clock, pass } = openTab();
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

test('a tab that meets an older host leads with its own; one that meets a newer host is refused, and says so', async () => {
  const newer = openTab({ isLed: true });
  hostOf(newer.names, wireRevision - 1);
  expect((await newer.connector.attach()).host).toBe('host-0');
  expect([newer.starts.length, newer.refusals]).toEqual([1, []]);
  const older = openTab({ isLed: true });
  hostOf(older.names, wireRevision + 1);
  await expect(older.connector.attach()).rejects.toMatchObject({ code: 'API_UNSUPPORTED' });
  expect([older.starts.length, older.refusals]).toMatchObject([0, [{ code: 'API_UNSUPPORTED' }]]);
  await expect(older.connector.attach()).rejects.toMatchObject({ code: 'ABORTED' });
});
