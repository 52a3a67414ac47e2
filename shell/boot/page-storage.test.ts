import { expect, test } from 'vitest';

import { openPageStorage } from './page-storage.ts';

const refusing = {
  get localStorage(): Storage {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  },
};

test.each([
  ['refused on sight', refusing],
  ['absent', { localStorage: null }],
])('storage that is %s is replaced by one that lasts as long as the page', (_, page) => {
  const storage = openPageStorage(page);
  expect(storage.getItem('a')).toBeNull();
  expect(storage.getItem('getItem')).toBeNull();
  storage.setItem('a', '1');
  storage.setItem('b', '2');
  storage.removeItem('b');
  expect(storage.getItem('a')).toBe('1');
  expect(Object.keys(storage)).toEqual(['a']);
});

test('storage that the browser gives is used', () => {
  const localStorage = { getItem: () => 'theirs' } as unknown as Storage;
  expect(openPageStorage({ localStorage })).toBe(localStorage);
});
