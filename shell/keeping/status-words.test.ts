import { expect, test } from 'vitest';

import { statusOf } from './host-status.ts';
import type { Status } from './host-status.ts';
import { createStatusVoice, statusWords } from './status-words.ts';

test('the chip says what is saved here, what is on its way and what was refused', () => {
  const label = (online: boolean | null, pending: number, refused = 0, held = 0): string =>
    statusWords(statusOf(online, pending), true, { refused, held }).label;
  expect(label(null, 2)).toBe('Starting');
  expect(label(true, 0)).toBe('All sent');
  expect(label(true, 3)).toBe('Saved here · 3 to send');
  expect(label(false, 0)).toBe('Offline');
  expect(label(false, 2)).toBe('Offline · 2 saved here');
  expect(label(true, 0, 1)).toBe('1 refused');
  expect(label(true, 2, 1)).toBe('1 refused · 2 to send');
  expect(label(false, 0, 2)).toBe('Offline · 2 refused');
  expect(label(true, 3, 0, 2)).toBe('2 cannot be sent · 1 to send');
  expect(label(true, 2, 1, 2)).toBe('1 refused · 2 cannot be sent');
  expect(label(false, 2, 0, 2)).toBe('Offline · 2 saved here');
});

test('the chip says of nothing that it is saved here where nothing is', () => {
  const statuses: Status[] = [
    { kind: 'online' },
    { kind: 'syncing', pending: 1 },
    { kind: 'offline', pending: 1 },
    { kind: 'other-user', user: 'sam', pending: 1 },
  ];
  for (const status of statuses) {
    const { label, detail } = statusWords(status, false, { refused: 0, held: 0 });
    expect(label + detail).not.toMatch(/saved here|saved on this device|kept on this device/i);
  }
});

test('a screen reader hears of the link and of what waited for it, not of each change', () => {
  const said: string[] = [];
  const say = createStatusVoice((message) => said.push(message));
  const on = { kind: 'online' } as const;
  for (const status of [{ kind: 'starting' } as const, on, { kind: 'syncing', pending: 1 } as const, on]) say(status);
  expect(said).toEqual([]);
  for (const pending of [0, 1, 2]) say({ kind: 'offline', pending });
  expect(said.splice(0)).toEqual(['Offline']);
  for (const pending of [2, 1]) say({ kind: 'syncing', pending });
  say(on);
  expect(said.splice(0)).toEqual(['Online again', 'Everything has been sent']);
  say({ kind: 'offline', pending: 0 });
  say(on);
  expect(said).toEqual(['Offline', 'Online again']);
});
