import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { createContentEncoder } from './content-encoding.ts';

const text = (letter: string, type = 'text/css') => ({
  bytes: Buffer.from(letter.repeat(5000)),
  type,
  revision: letter,
});

test('content encoding - brotli is preferred, gzip is the other, and both decode to the same bytes', async () => {
  const encode = createContentEncoder();
  const brotli = await encode(text('a'), 'gzip, deflate, br;q=0.9');
  expect(brotli.headers).toEqual({ 'content-encoding': 'br' });
  expect(brotliDecompressSync(brotli.bytes)).toEqual(text('a').bytes);
  const zipped = await encode(text('a'), 'gzip, br;q=0');
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(zipped.bytes)).toEqual(text('a').bytes);
});

test.each([undefined, '', 'identity', 'br;q=0, gzip;q=0.0', 'zstd'])(
  'content encoding - who accepts %s gets the bytes as they are',
  async (accepts) => {
    expect(await createContentEncoder()(text('a'), accepts)).toEqual({ bytes: text('a').bytes, headers: {} });
  },
);

test.each([text('a', 'image/png'), { ...text('a'), bytes: Buffer.from('short') }])(
  'content encoding - what would not get smaller stays as it is (%#)',
  async (content) => {
    expect(await createContentEncoder()(content, 'br')).toEqual({ bytes: content.bytes, headers: {} });
  },
);

test('content encoding - the same revision is encoded once, until 256 others were', async () => {
  const encode = createContentEncoder();
  const first = (await encode(text('a'), 'br')).bytes;
  expect((await encode(text('a'), 'br')).bytes).toBe(first);
  for (let n = 0; n < 256; n += 1) await encode({ ...text('b'), revision: String(n) }, 'br');
  expect((await encode(text('a'), 'br')).bytes).not.toBe(first);
});
