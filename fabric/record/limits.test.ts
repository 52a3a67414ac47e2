import { expect, test } from 'vitest';

import type { Plain } from '../plain.ts';
import { excess, maxRecordBytes, maxRecordDepth } from './limits.ts';

const nested = (levels: number): Plain => (levels === 0 ? 1 : [nested(levels - 1)]);

test('a record may take its limit of JSON bytes, and no byte more', () => {
  const frame = JSON.stringify({ v: '' }).length;
  const filled = (text: string, bytes: number): object => ({ v: text.repeat((maxRecordBytes - frame) / bytes) });
  expect(excess('it', filled('x', 1))).toBeNull();
  expect(excess('it', { ...filled('x', 1), w: 1 })).toMatchObject({ code: 'TOO_LARGE' });
  expect(excess('it', filled('\n', 2))).toBeNull();
  expect(excess('it', { v: '€'.repeat(maxRecordBytes / 2) })).toMatchObject({ code: 'TOO_LARGE' });
});

test('a record may nest to its limit, and no deeper, however deep that is', () => {
  expect(excess('it', { v: nested(maxRecordDepth - 1) })).toBeNull();
  expect(excess('it', { v: nested(maxRecordDepth) })).toMatchObject({ code: 'TOO_DEEP' });
  expect(excess('it', { v: nested(5000) })).toMatchObject({ code: 'TOO_DEEP' });
});
