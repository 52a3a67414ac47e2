import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { RecordFiles } from './record-files.ts';
import { safeName } from './safe-name.ts';

let directory: string;
let files: RecordFiles;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-record-files-'));
  files = new RecordFiles(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const pathOf = (collection: string, key: string): string => join(directory, safeName(collection), safeName(key));
const keys: readonly (readonly [kind: string, key: string])[] = [
  ['short', 'k1'],
  ['long', 'L'.repeat(300)],
];

test.each(keys)(
  'a file that was copied from another collection is not read as this one’s: a %s key',
  async (_kind, key) => {
    await files.write('orders', key, '{"total":5}');
    await files.write('offers', key, '{"total":7}');
    copyFileSync(pathOf('orders', key), pathOf('offers', key));
    expect(await files.read('orders', key)).toEqual({ key, text: '{"total":5}', isSound: true });
    expect(await files.read('offers', key)).toEqual({ key, text: '{"total":5}', isSound: false });
    expect((await files.keys('offers')).keys).toEqual([key]);
  },
);

test.each(keys)(
  'a file of an earlier version, whose sum leaves the collection out, is read as it is: a %s key',
  async (_kind, key) => {
    const sum = crc32(`${JSON.stringify(key)}\n7`).toString(16);
    const path = pathOf('orders', key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ key, sum })}\n7`);
    expect(await files.read('orders', key)).toEqual({ key, text: '7', isSound: true });
    expect((await files.keys('orders')).keys).toEqual([key]);
    writeFileSync(path, `${JSON.stringify({ key, sum })}\n8`);
    expect(await files.read('orders', key)).toMatchObject({ isSound: false });
  },
);

test('a file says what it is to who reads it without us', async () => {
  await files.write('orders', 'k1', '{"total":5}');
  const [head = '', text] = readFileSync(pathOf('orders', 'k1'), 'utf8').split('\n');
  expect(JSON.parse(head)).toEqual({ collection: 'orders', key: 'k1', sum: expect.any(String) });
  expect(text).toBe('{"total":5}');
});
