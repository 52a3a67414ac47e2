import { expect, test } from 'vitest';

import { keptMarker } from './kept-marker.ts';
import { noticeEviction } from './notice-eviction.ts';

/** A browser profile: visits share its storage and its cookies, each `clear…` takes one of them away. */
function profile() {
  const texts = new Map<string, string>();
  const cookies = new Map<string, string>();
  const timers: (() => void)[] = [];
  const page = {
    get cookie() {
      return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    },
    set cookie(text: string) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      cookies.set(name, value);
    },
  };
  const storage = {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
  };
  function visit(user = 'ada') {
    const evicted: number[] = [];
    const take = noticeEviction({
      marker: keptMarker({ storage, page, user, isSecure: true }),
      platform: { timer: (_ms, act) => (timers.push(act), { dispose: () => undefined }) },
      onEvicted: (unsent) => evicted.push(unsent),
    });
    const report = (node: string, unsent: number, datasource = 'indexeddb'): void => take({ node, datasource }, unsent);
    return { evicted, report };
  }
  return { visit, texts, cookies, runTimers: () => timers.splice(0).forEach((act) => act()) };
}

test('a new database where there was one is an eviction, said once, with what had not been sent', () => {
  const { visit, runTimers } = profile();
  const first = visit();
  first.report('browser-1', 0);
  first.report('browser-1', 1);
  first.report('browser-1', 2);
  first.report('browser-1', 3);
  runTimers();
  expect(first.evicted).toEqual([]);
  const second = visit();
  second.report('browser-2', 0);
  second.report('browser-2', 0);
  expect(second.evicted).toEqual([3]);
  const third = visit();
  third.report('browser-2', 0);
  expect(third.evicted, 'the same database again').toEqual([]);
});

test('that something is unsent, and that nothing is, is noted at once; counts between them a second later', () => {
  const { visit, texts, runTimers } = profile();
  const { report } = visit();
  const noted = (): string | undefined => texts.get('testudo-kept-ada');
  report('browser-1', 1);
  expect(noted()).toBe('browser-1.1');
  report('browser-1', 2);
  report('browser-1', 5);
  expect(noted()).toBe('browser-1.1');
  runTimers();
  expect(noted()).toBe('browser-1.5');
  report('browser-1', 4);
  report('browser-1', 0);
  expect(noted()).toBe('browser-1.0');
  runTimers();
  expect(noted(), 'an older count does not come late').toBe('browser-1.0');
  report('browser-1', 1);
  report('browser-1', 2);
  runTimers();
  expect(noted(), 'and the next is noted in its time').toBe('browser-1.2');
});

test('either place is enough; where both are gone, nothing is known', () => {
  const { visit, texts, cookies } = profile();
  visit().report('browser-1', 1);
  texts.clear();
  const second = visit();
  second.report('browser-2', 0);
  expect(second.evicted).toEqual([1]);
  cookies.clear();
  const third = visit();
  third.report('browser-3', 0);
  expect(third.evicted).toEqual([0]);
  cookies.clear();
  texts.clear();
  const fourth = visit();
  fourth.report('browser-4', 0);
  expect(fourth.evicted).toEqual([]);
});

test('a host in memory, another user and a damaged mark are no eviction', () => {
  const { visit, texts, cookies } = profile();
  visit().report('browser-1', 1);
  const inMemory = visit();
  inMemory.report('browser-2', 0, 'memory');
  const again = visit();
  again.report('browser-1', 1);
  const other = visit('sam');
  other.report('browser-3', 0);
  expect([...inMemory.evicted, ...again.evicted, ...other.evicted]).toEqual([]);
  texts.set('testudo-kept-ada', '<b>.x');
  cookies.clear();
  const damaged = visit();
  damaged.report('browser-4', 0);
  expect(damaged.evicted).toEqual([]);
});
