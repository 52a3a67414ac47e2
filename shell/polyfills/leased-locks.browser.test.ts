import { expect, onTestFinished, test } from 'vitest';

import { openClaimsStore } from './claims-store.ts';
import { LeasedLocks } from './leased-locks.ts';

/** How long the silence of a page that is there lasts at most, on a machine that is busy. */
const answerMs = 1000;
let count = 0;

/** Pages that share their claims; a page that is gone answers nobody any more. */
function openPages() {
  count += 1;
  const name = `testudo-locks-test-${count}-${crypto.randomUUID()}`;
  onTestFinished(() => void indexedDB.deleteDatabase(name));
  return (owner: string, former: string | null = null) => {
    const channel = new BroadcastChannel(name);
    onTestFinished(() => channel.close());
    const locks = new LeasedLocks({ store: openClaimsStore(name), channel, owner, former, answerMs });
    /** Resolves when holders have answered for their locks so many times. */
    const answered = (times: number): Promise<void> =>
      new Promise((resolve) => {
        let heard = 0;
        channel.addEventListener('message', ({ data }: MessageEvent<{ readonly type: string }>) => {
          if (data.type === 'here') heard += 1;
          if (heard === times) resolve();
        });
      });
    return { locks, answered, leave: () => channel.close(), name };
  };
}

/** Holds a lock until released. */
function hold(locks: LeasedLocks, options: LockOptions = {}) {
  let release = (): void => undefined;
  let isHeld = false;
  const ended = locks.request('lead', options, () => {
    isHeld = true;
    return new Promise<void>((resolve) => (release = resolve));
  });
  ended.catch(() => undefined);
  return { ended, isHeld: () => isHeld, release: () => release() };
}

test('one page holds an exclusive lock; the next has it when it is released', async () => {
  const open = openPages();
  const [first, second] = [hold(open('a').locks), hold(open('b').locks)];
  await expect.poll(() => first.isHeld() || second.isHeld()).toBe(true);
  const [holder, waiter] = first.isHeld() ? [first, second] : [second, first];
  expect(waiter.isHeld()).toBe(false);
  holder.release();
  await holder.ended;
  await expect.poll(() => waiter.isHeld()).toBe(true);
});

test('a holder that answers keeps its lock, however often it is asked', async () => {
  const open = openPages();
  const [page, other] = [open('a'), open('b')];
  const holder = hold(page.locks);
  await expect.poll(() => holder.isHeld()).toBe(true);
  const waiter = hold(other.locks);
  await other.answered(3);
  expect([holder.isHeld(), waiter.isHeld()]).toEqual([true, false]);
});

test('a page that has gone without a word loses its lock', async () => {
  const open = openPages();
  const page = open('a');
  const holder = hold(page.locks);
  await expect.poll(() => holder.isHeld()).toBe(true);
  page.leave();
  const next = hold(open('b').locks);
  await expect.poll(() => next.isHeld()).toBe(true);
});

test('a reloaded page does not wait for the page that it was', async () => {
  const open = openPages();
  const before = hold(open('a').locks);
  await expect.poll(() => before.isHeld()).toBe(true);
  const result = await open('a2', 'a').locks.request('lead', () => 'at once');
  expect(result).toBe('at once');
  await expect(before.ended).rejects.toMatchObject({ name: 'AbortError' });
});

test('who steals has the lock at once, and the former holder is told', async () => {
  const open = openPages();
  const [holder, other] = [hold(open('a').locks), open('b')];
  await expect.poll(() => holder.isHeld()).toBe(true);
  const thief = hold(other.locks, { steal: true });
  await expect.poll(() => thief.isHeld()).toBe(true);
  await expect(holder.ended).rejects.toMatchObject({ name: 'AbortError' });
});

test('shared locks are held together, never beside an exclusive one; all are listed', async () => {
  const open = openPages();
  const [a, b] = [open('a'), open('b')];
  const shared = [hold(a.locks, { mode: 'shared' }), hold(b.locks, { mode: 'shared' })];
  await expect.poll(() => shared.every(({ isHeld }) => isHeld())).toBe(true);
  const { held } = await a.locks.query();
  expect(held?.map(({ name, mode, clientId }) => `${name} ${mode} ${clientId}`).sort()).toEqual([
    'lead shared a',
    'lead shared b',
  ]);
  const alone = hold(b.locks);
  for (const { ended, release } of shared) {
    expect(alone.isHeld()).toBe(false);
    release();
    await ended;
  }
  await expect.poll(() => alone.isHeld()).toBe(true);
});

test('a wait that is given up ends with an AbortError, and takes nothing later', async () => {
  const open = openPages();
  const [holder, other] = [hold(open('a').locks), open('b')];
  await expect.poll(() => holder.isHeld()).toBe(true);
  const aborter = new AbortController();
  const waiter = hold(other.locks, { signal: aborter.signal });
  aborter.abort();
  await expect(waiter.ended).rejects.toMatchObject({ name: 'AbortError' });
  holder.release();
  await holder.ended;
  expect((await other.locks.query()).held).toEqual([]);
});

test('what the callback throws is what the request throws, and the lock is free again', async () => {
  const { locks } = openPages()('a');
  await expect(locks.request('lead', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await locks.request('lead', () => 'free')).toBe('free');
});

test('what a page held that is gone is not listed, and not there any more', async () => {
  const open = openPages();
  const [page, other] = [open('a'), open('b')];
  const shared = [hold(page.locks, { mode: 'shared' }), hold(other.locks, { mode: 'shared' })];
  await expect.poll(() => shared.every(({ isHeld }) => isHeld())).toBe(true);
  page.leave();
  expect((await other.locks.query()).held?.map(({ clientId }) => clientId)).toEqual(['b']);
  const kept = await openClaimsStore(other.name).all();
  expect(kept.map(({ claims }) => claims.map(({ owner }) => owner))).toEqual([['b']]);
});

test('of two pages that hold a lock because storage was cleared, the former loses it', async () => {
  const open = openPages();
  const [page, other] = [open('a'), open('b')];
  const former = hold(page.locks);
  await expect.poll(() => former.isHeld()).toBe(true);
  await new Promise((done) => (indexedDB.deleteDatabase(page.name).onsuccess = done));
  const latter = hold(other.locks);
  await expect(former.ended).rejects.toMatchObject({ name: 'AbortError' });
  await expect.poll(() => latter.isHeld()).toBe(true);
});
