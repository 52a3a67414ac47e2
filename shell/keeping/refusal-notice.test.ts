import type { RefusedWrite } from '@testudo/fabric/host/host-api';
import { expect, test } from 'vitest';

import type { Notice } from '../ui/notices.ts';
import { refusalNotice } from './refusal-notice.ts';

const refusal = (count: number): RefusedWrite => ({
  ...{ modelName: 'order', id: `id-${count}`, opId: `h:${count}`, kind: 'update', changes: {} },
  error: { code: 'VALIDATION', message: 'not so' },
});

test('one notice for all refusals: anew when there is another one, gone when the last is', () => {
  const shown: Notice[] = [];
  let isThere = false;
  const tell = refusalNotice(
    { show: (notice) => (shown.push(notice), (isThere = true)), hide: () => (isThere = false) },
    () => undefined,
  );
  tell([]);
  expect(shown).toEqual([]);
  tell([refusal(1)]);
  tell([refusal(1)]);
  expect(shown.map(({ text }) => text)).toEqual(['A change of yours (order) was refused: not so']);
  tell([1, 2, 3].map(refusal));
  expect(shown[1]?.text).toBe('3 changes of yours were refused');
  tell([refusal(3)]);
  expect(isThere, 'the user is dealing with them').toBe(false);
  tell([]);
  expect(shown).toHaveLength(2);
});
