import { TestudoError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

import type { Status } from '../keeping/host-status.ts';
import type { Notice } from '../ui/notices.ts';
import { statusFor } from './status-holder.ts';
import type { StatusHolder } from './status-holder.ts';
import { userWords } from './user-words.ts';

/** Words for ada; `shown` holds the notices that stand, `signedIn` who was asked for. */
function setUp(status: Status, refusal?: TestudoError) {
  const shown = new Map<string, Notice>();
  const signedIn: string[] = [];
  const holder: StatusHolder = { status, otherUser: null };
  const words = userWords({
    ui: {
      notices: { show: (notice) => void shown.set(notice.key, notice), hide: (key) => void shown.delete(key) },
    },
    user: 'ada',
    holder,
    async signIn(user) {
      if (refusal) throw refusal;
      signedIn.push(user);
    },
  });
  return { words, holder, shown, signedIn };
}

test('another session is not called offline, and is said once, until it is ours again', () => {
  const { words, holder, shown } = setUp({ kind: 'offline', pending: 2 });
  words.told({ type: 'session', user: 'sam' });
  expect(holder.status).toEqual({ kind: 'other-user', user: 'sam', pending: 2 });
  expect(shown.get('session')?.text).toBe(
    'You are signed in as sam in another tab. Changes of ada wait until ada signs in again',
  );
  shown.clear();
  words.told({ type: 'session', user: 'sam' });
  expect(shown.size).toBe(0);
  words.told({ type: 'session', user: 'ada' });
  expect(holder.status).toEqual({ kind: 'offline', pending: 2 });
});

test('while there is a link, its status is told whoever the session is', () => {
  expect(statusFor({ kind: 'online' }, { otherUser: 'sam' })).toEqual({ kind: 'online' });
});

test('a host that has not come is said until it is there', () => {
  const { words, holder, shown } = setUp({ kind: 'online' });
  let changes = 0;
  holder.onChange = () => (changes += 1);
  words.missing(true);
  expect(statusFor({ kind: 'online' }, holder)).toEqual({ kind: 'missing' });
  expect(shown.get('missing')?.text).toContain('Check the network');
  words.missing(false);
  expect(statusFor({ kind: 'online' }, holder)).toEqual({ kind: 'online' });
  expect([shown.size, changes]).toEqual([0, 2]);
});

test('a cleared store is told with what is gone, and only then', () => {
  const { words, shown } = setUp({ kind: 'online' });
  words.told({ type: 'cleared', unsent: 1 });
  expect(shown.get('cleared')?.text).toContain('what had not been sent (1 change) is gone');
  words.told({ type: 'cleared', unsent: 0 });
  expect(shown.get('cleared')?.text).not.toContain('gone');
});

test('a switch waits for consent while something has not been sent', async () => {
  const { words, shown, signedIn } = setUp({ kind: 'syncing', pending: 3 });
  words.switchTo('sam');
  expect(signedIn).toEqual([]);
  shown.get('switch')?.act?.run();
  expect(signedIn).toEqual(['sam']);
});

test('a switch that fails says so', async () => {
  const { words, shown } = setUp({ kind: 'online' }, new TestudoError('UNAVAILABLE', 'no network'));
  words.switchTo('sam');
  await Promise.resolve();
  await Promise.resolve();
  expect(shown.get('switch')?.text).toBe('You are still signed in as ada: no network');
});
