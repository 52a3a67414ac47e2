import { crc32 as zlibCrc32 } from 'node:zlib';

import { expect, test } from 'vitest';

import { crc32 } from './crc32.ts';

test('crc32 - is that of the standard, for ASCII of every length', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  const text = '{"a":[1,2,3],"b":"~ text \u007f\u0000"}';
  for (let length = 0; length <= text.length; length += 1)
    expect(crc32(text.slice(0, length))).toBe(zlibCrc32(text.slice(0, length)));
});

test('crc32 - goes on from what comes before', () => {
  const text = 'abcdé한\ud800efgh😀';
  for (let at = 0; at <= text.length; at += 1)
    expect(crc32(text.slice(at), crc32(text.slice(0, at)))).toBe(crc32(text));
});

test('crc32 - another bit in any code unit is another sum', () => {
  const text = 'plain, é 한 😀 \ud800 and plain';
  const sums = new Set([crc32(text)]);
  for (let at = 0; at < text.length; at += 1)
    for (let bit = 0; bit < 16; bit += 1)
      sums.add(crc32(text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1)));
  expect(sums.size).toBe(text.length * 16 + 1);
});
