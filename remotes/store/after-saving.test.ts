import type { AppModels, AppObject } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { afterSaving } from './after-saving.ts';

const error = { code: 'VALIDATION', message: 'too long' };
const refusing = (ids: readonly string[]) =>
  ({
    refused: () => Promise.resolve(ids.map((id) => ({ modelName: 'order', id, opId: '1', error }))),
  }) as unknown as AppModels;
const saved = (synced: () => Promise<unknown>) => ({ state: { id: 'a' }, synced }) as unknown as AppObject;

test('an accepted change has nothing to tell', async () => {
  expect(
    await afterSaving(
      refusing([]),
      saved(() => Promise.resolve()),
    ),
  ).toBeNull();
});

test('a refused change is told in one place only', async () => {
  expect(
    await afterSaving(
      refusing(['a']),
      saved(() => Promise.reject(error)),
    ),
  ).toBeNull();
});

test('what failed on the way is told as kept, also when the refused ones cannot be read', async () => {
  const gone = { code: 'LINK_CLOSED', message: 'gone' };
  const unreadable = { refused: () => Promise.reject(gone) } as unknown as AppModels;
  for (const models of [refusing(['b']), unreadable]) {
    const told = await afterSaving(
      models,
      saved(() => Promise.reject(gone)),
    );
    expect(told?.words).toContain('kept on this device');
  }
});
