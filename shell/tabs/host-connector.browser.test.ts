import { TestudoError } from '@testudo/fabric/error';
import type { Disposable } from '@testudo/fabric/plain';
import { describe, expect, onTestFinished, test } from 'vitest';

import { browserPlatform, randomHex } from '../browser-platform.ts';
import { serveFollowers } from '../host/serve-followers.ts';
import { openClaimsStore } from '../polyfills/claims-store.ts';
import { LeasedLocks } from '../polyfills/leased-locks.ts';
import { createHostClient } from './host-client.ts';
import { TabConnector } from './host-connector.ts';
import type { HostStart } from './host-connector.ts';
import type { HostService } from './host-service.ts';
import { tabNames } from './wire.ts';

const platform = browserPlatform((error) => {
  throw error;
});
/** How long the silence of somebody who is there lasts at most, on a machine that is busy. */
const answerMs = 1000;
const uniqueName = (): string => randomHex(platform, 8);

/** What old engines have in the place of Web Locks, for one tab. */
function leasedLocks(): LockManager {
  const channel = new BroadcastChannel('testudo-locks-test');
  const store = openClaimsStore('testudo-locks-test');
  const locks = new LeasedLocks({ store, channel, owner: uniqueName(), former: null, answerMs });
  return locks as unknown as LockManager;
}

const lockManagers = { 'Web Locks': () => navigator.locks, 'leased locks': leasedLocks };

/** Tabs of one user, in this page: each may lead with a host that says its own name, or nothing any more. */
function openTabs(openLocks: () => LockManager) {
  const names = tabNames(`user-${uniqueName()}`);
  let nowMs = 0;
  let long: { readonly dueMs: number; run(): void }[] = [];
  /** What lasts for seconds passes in virtual time only. */
  const timer = (delayMs: number, run: () => void): Disposable => {
    if (delayMs < 5000) return platform.timer(delayMs, run);
    const one = { dueMs: nowMs + delayMs, run };
    long.push(one);
    return { dispose: () => (long = long.filter((each) => each !== one)) };
  };
  const open = (tab: string, { isSilent = false, isAbsent = false } = {}) => {
    const state = {
      isSilent,
      /** its program does not come: nobody is served */
      isAbsent,
      ended: 0,
      pings: 0,
      starts: [] as HostStart[],
      isRefused: false,
      opens: true,
      opening: Promise.resolve(),
      reports: 0,
      missing: [] as boolean[],
      held: [] as (() => void)[],
    };
    const locks = openLocks();
    const connector = new TabConnector({
      names,
      platform: { ...platform, now: () => nowMs, timer },
      locks,
      uniqueName,
      deadlineMs: answerMs,
      onRefused: () => (state.isRefused = true),
      onMissing: (isMissing) => state.missing.push(isMissing),
      startHost(id, start) {
        state.starts.push(start);
        if (state.starts.length > 1) state.isSilent = false;
        const isGone = state.isAbsent;
        const answer = <T>(value: T): Promise<T> =>
          state.isSilent || isGone
            ? new Promise((resolve) => state.held.push(() => resolve(value)))
            : Promise.resolve(value);
        const service = {
          ping: () => ((state.pings += 1), answer(id)),
          find: () => answer({ ok: true, value: { id: tab } }),
          report: () => ((state.reports += 1), state.opening.then(() => ({ ok: state.opens }))),
        } as unknown as HostService;
        if (!isGone) serveFollowers({ id, names, service, locks, onError: platform.onError });
        return { attachment: { host: id, service, release: () => undefined }, terminate: () => (state.ended += 1) };
      },
    });
    const client = createHostClient({ connector, platform, deadlineMs: answerMs });
    onTestFinished(() => connector.dispose());
    return { connector, state, leader: async () => (await client.call((host) => host.find('order', '1'))).id };
  };
  const pass = (durationMs: number): void => {
    nowMs += durationMs;
    const due = long.filter(({ dueMs }) => dueMs <= nowMs);
    long = long.filter(({ dueMs }) => dueMs > nowMs);
    due.forEach(({ run }) => run());
  };
  return { open, pass };
}

describe.each(Object.entries(lockManagers))('tabs with %s', (_name, openLocks) => {
  test('one tab leads, the others follow it', async () => {
    const { open } = openTabs(openLocks);
    const [first, second] = [open('first'), open('second')];
    expect(await first.leader()).toBe('first');
    expect(await second.leader()).toBe('first');
    expect([first.connector.isLeading, second.connector.isLeading]).toEqual([true, false]);
  });

  test('when the leading tab goes, another takes over, and calls of the rest find it', async () => {
    const { open } = openTabs(openLocks);
    const [first, second, third] = [open('first'), open('second'), open('third')];
    await Promise.all([second.leader(), third.leader()]);
    first.state.isSilent = true;
    first.connector.dispose();
    expect(await second.leader()).toBe('second');
    expect(await third.leader()).toBe('second');
  });

  test('a leading tab that goes before its host has said that it is there leaves no error behind', async () => {
    const { open } = openTabs(openLocks);
    const first = open('first');
    expect(await first.leader()).toBe('first');
    first.state.isSilent = true;
    const second = open('second');
    const asked = second.leader();
    await expect.poll(() => first.state.held.length).toBeGreaterThan(0);
    first.connector.dispose();
    first.state.held.forEach((answer) => answer());
    await asked;
    await expect.poll(() => second.connector.isLeading).toBe(true);
  });

  test('a leader that answers nothing is deposed, and ends its host when it learns of it', async () => {
    const { open } = openTabs(openLocks);
    const [first, second] = [open('first'), open('second')];
    expect(await second.leader()).toBe('first');
    first.state.isSilent = true;
    expect(await second.leader()).toBe('second');
    await expect.poll(() => first.state.ended).toBe(1);
    expect([first.connector.isLeading, second.connector.isLeading]).toEqual([false, true]);
  });

  test('a host whose program has not come yet is waited for, and started anew only after a while', async () => {
    const { open, pass } = openTabs(openLocks);
    const { leader, state } = open('slow', { isSilent: true });
    leader().catch(() => undefined);
    await expect.poll(() => state.pings).toBeGreaterThan(2);
    pass(14_999);
    expect(state.starts.length).toBe(1);
    pass(1);
    expect(state.starts.length).toBe(2);
    await expect.poll(() => state.missing).toEqual([true, false]);
    expect(await leader()).toBe('slow');
  });

  test('calls are told that a host has not come, and served when it has, by every tab', async () => {
    const { open, pass } = openTabs(openLocks);
    const first = open('first', { isAbsent: true });
    await expect.poll(() => first.state.starts.length).toBe(1);
    const [second, idle] = [open('second'), open('idle')];
    const asked = [first.leader(), second.leader()];
    asked.forEach((each) => void each.catch(() => undefined));
    pass(9999);
    expect([first.state.missing, second.state.missing]).toEqual([[], []]);
    pass(1);
    const refused = { code: 'UNAVAILABLE', message: expect.stringContaining('host.js') };
    for (const each of asked) await expect(each).rejects.toMatchObject(refused);
    await expect(second.leader()).rejects.toMatchObject(refused);
    expect([first.state.missing, second.state.missing]).toEqual([[true], [true]]);
    await expect.poll(() => idle.state.missing).toEqual([true]);
    first.state.isAbsent = false;
    first.connector.retry();
    await expect
      .poll(() => [first.state.missing, second.state.missing])
      .toEqual([
        [true, false],
        [true, false],
      ]);
    expect(await Promise.all([first.leader(), second.leader()])).toEqual(['first', 'first']);
    expect([first.state.starts.length, first.state.ended, second.state.starts.length]).toEqual([2, 1, 0]);
  });

  test('a host that is there is not started anew by a network that comes back', async () => {
    const { open, pass } = openTabs(openLocks);
    const { connector, leader, state } = open('first');
    await leader();
    connector.retry();
    pass(60_000);
    expect([state.starts.length, state.missing]).toEqual([1, []]);
  });

  test('a host that answers and cannot open counts as missing until one has opened', async () => {
    const { open: openTab, pass } = openTabs(openLocks);
    const { connector, leader, state } = openTab('first');
    await leader();
    const second = openTab('second');
    state.opens = false;
    state.starts[0]?.onFailed();
    expect(state.missing).toEqual([true]);
    await expect(leader()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    pass(5000);
    await expect.poll(() => state.starts.length).toBe(2);
    await expect.poll(() => state.reports).toBe(1);
    expect(state.missing).toEqual([true]);
    state.opens = true;
    let open = (): void => undefined;
    state.opening = new Promise((resolve) => (open = resolve));
    connector.retry();
    await expect.poll(() => state.reports).toBe(2);
    await expect(second.leader()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(second.state.missing.at(-1)).toBe(true);
    open();
    await expect.poll(() => state.missing).toEqual([true, false]);
    await expect.poll(() => second.state.missing.at(-1)).toBe(false);
    expect(await second.leader()).toBe('first');
    expect([await leader(), state.starts.length]).toEqual(['first', 3]);
  });

  test('a host that has lost its store is followed by a fresh one, which learns what was not sent', async () => {
    const { open } = openTabs(openLocks);
    const { leader, state } = open('first');
    await leader();
    state.starts[0]?.onGone(3);
    await expect.poll(() => state.starts.map(({ lost }) => lost)).toEqual([null, 3]);
    expect(state.ended).toBe(1);
    expect(await leader()).toBe('first');
  });

  test('a tab of an older version than its host gives the lead to another', async () => {
    const { open } = openTabs(openLocks);
    const [first, second] = [open('first'), open('second')];
    expect(await second.leader()).toBe('first');
    first.state.starts[0]?.onRefused(new TestudoError('API_UNSUPPORTED', 'of another version'));
    expect(first.state.isRefused).toBe(true);
    await expect.poll(() => second.connector.isLeading).toBe(true);
    expect(await second.leader()).toBe('second');
    await expect(first.leader()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
