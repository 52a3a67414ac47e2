import { expect, test } from 'vitest';

import { virtualPlatform } from '../testing/virtual-platform.ts';
import type { Envelope } from './envelope.ts';
import { pendingRequests } from './pending-requests.ts';

const answerTo = (reply: string, src = 'hub'): Envelope => ({
  v: 1,
  id: 'a1',
  src,
  kind: 'reply',
  hops: 0,
  to: 'me',
  reply,
  body: reply,
});

function table() {
  const platform = virtualPlatform();
  let count = 0;
  const pending = pendingRequests(platform, () => `me-${count++}`);
  const ask = (responder = 'hub', signal?: AbortSignal) =>
    pending.add({ subject: 'a.b', responder, deadlineMs: 50, signal });
  return { platform, pending, ask };
}

test('an answer settles the request that it names, in whatever order they come', async () => {
  const { pending, ask } = table();
  const asked = [ask(), ask(), ask()];
  for (const { id } of asked.toReversed()) expect(pending.answer(answerTo(id))).toBe(true);
  expect(await Promise.all(asked.map(({ answered }) => answered))).toEqual(asked.map(({ id }) => id));
  expect(pending.waitingFor('hub')).toBe(0);
});

test('the place of an answered request is used again, and a late answer to that one settles nothing', async () => {
  const { pending, ask } = table();
  const first = ask();
  pending.answer(answerTo(first.id));
  const second = ask();
  const placeOf = (id: string): string | undefined => id.split('.')[0];
  expect(placeOf(second.id)).toBe(placeOf(first.id));
  expect(second.id).not.toBe(first.id);
  expect(pending.answer(answerTo(first.id))).toBe(false);
  pending.fail(first.id, new Error('late'));
  expect(pending.waitingFor('hub')).toBe(1);
  pending.answer(answerTo(second.id));
  expect(await second.answered).toBe(second.id);
});

test.each(['', '0', '0.x', '__proto__', '1.me-0', '-1.me-0', '0.0.me-0', '00.me-0'])(
  'an answer to %j, which was not asked, settles nothing',
  (reply) => {
    const { pending, ask } = table();
    expect(ask().id).toBe('0.me-0');
    expect(pending.answer(answerTo(reply))).toBe(false);
    expect(pending.waitingFor('hub')).toBe(1);
  },
);

test('nobody answers for another', () => {
  const { pending, ask } = table();
  const { id } = ask();
  expect(pending.answer(answerTo(id, 'mallory'))).toBe(false);
  expect(pending.waitingFor('hub')).toBe(1);
});

test('one that goes fails what waits for it and nothing else; its place is free', async () => {
  const { pending, ask } = table();
  const [lost, kept] = [ask('gone'), ask('hub')];
  pending.lost('gone');
  await expect(lost.answered).rejects.toMatchObject({ code: 'LINK_CLOSED', message: /gone.*a\.b/ });
  expect([pending.waitingFor('gone'), pending.waitingFor('hub')]).toEqual([0, 1]);
  const next = ask('gone');
  expect(pending.waitingFor('gone')).toBe(1);
  for (const { id } of [kept]) pending.answer(answerTo(id));
  pending.answer(answerTo(next.id, 'gone'));
  expect(await Promise.all([kept.answered, next.answered])).toEqual([kept.id, next.id]);
});

test('the deadline of a request is its own, also in a place that was used before', async () => {
  const { platform, pending, ask } = table();
  const first = ask();
  pending.answer(answerTo(first.id));
  platform.pass(30);
  const second = ask();
  platform.pass(30);
  expect(pending.waitingFor('hub')).toBe(1);
  platform.pass(20);
  await expect(second.answered).rejects.toMatchObject({ code: 'DEADLINE' });
});

test('who gives up is told why, and asks again', async () => {
  const { pending, ask } = table();
  const controller = new AbortController();
  const { answered } = ask('hub', controller.signal);
  controller.abort('enough');
  await expect(answered).rejects.toBe('enough');
  expect(pending.waitingFor('hub')).toBe(0);
  expect(ask().id).toBe('0.me-1');
});
