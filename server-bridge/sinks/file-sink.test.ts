import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { SinkBatch } from '@testudo/fabric/host/sinks/sink-api';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { linesIn } from '../testing/sink-lines.ts';
import { fileSink } from './file-sink.ts';

const never = new AbortController().signal;
let directory = '';
let path = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-sink-'));
  path = join(directory, 'audit.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const batch = (n: number): SinkBatch => ({
  delivery: `audit/thing/e1/${n}-${n}`,
  sink: 'audit',
  modelName: 'thing',
  records: [{ type: 'gap', modelName: 'thing', from: n, to: n }],
});
const numbersIn = (file: string): readonly number[] =>
  linesIn(file).map((line) => (line.type === 'gap' ? line.from : 0));

test('file sink - a line for each record, for its owner’s eyes only, over restarts', async () => {
  for (const n of [1, 2]) {
    const sink = fileSink({ path });
    await sink.deliver(batch(n), never);
    await sink.close?.();
  }
  expect(linesIn(path)[0]).toEqual({
    delivery: 'audit/thing/e1/1-1',
    sink: 'audit',
    type: 'gap',
    modelName: 'thing',
    from: 1,
    to: 1,
  });
  expect(numbersIn(path)).toEqual([1, 2]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each(['{"delivery":"torn', 'x'.repeat(200_000)])(
  'file sink - a line that a crash tore is taken away',
  async (torn) => {
    const first = fileSink({ path });
    await first.deliver(batch(1), never);
    await first.close?.();
    appendFileSync(path, torn);
    const sink = fileSink({ path });
    await sink.deliver(batch(2), never);
    expect(numbersIn(path)).toEqual([1, 2]);
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
    await sink.close?.();
  },
);

test('file sink - a file of nothing but a torn line begins anew', async () => {
  writeFileSync(path, '{"torn');
  const sink = fileSink({ path });
  await sink.deliver(batch(1), never);
  expect(numbersIn(path)).toEqual([1]);
  await sink.close?.();
});

test('file sink - a file that would become too large is put aside, the oldest of them go', async () => {
  const sizeBytes = `${JSON.stringify({ delivery: '', sink: '', ...batch(1).records[0] })}\n`.length;
  let sink = fileSink({ path, maxBytes: sizeBytes * 3, keepFiles: 3 });
  for (let n = 1; n <= 30; n += 1) {
    await sink.deliver(batch(n), never);
    if (n % 7 !== 0) continue;
    await sink.close?.();
    sink = fileSink({ path, maxBytes: sizeBytes * 3, keepFiles: 3 });
  }
  await sink.close?.();
  const asides = readdirSync(directory)
    .filter((name) => name !== 'audit.jsonl')
    .sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]));
  expect(asides).toHaveLength(3);
  const kept = [...asides.map((name) => join(directory, name)), path].flatMap(numbersIn);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 31 - kept.length + index));
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThan(sizeBytes * 4);
});

test.each([
  ['moved away', () => renameSync(path, `${path}.moved`)],
  ['removed', () => rmSync(path)],
  ['emptied', () => truncateSync(path, 0)],
  ['cut within a line', () => truncateSync(path, statSync(path).size - 5)],
  ['replaced', () => (rmSync(path), writeFileSync(path, ''))],
])('file sink - a file that others have %s is written anew, and delivered is what is in it', async (_, meddle) => {
  const sink = fileSink({ path });
  await sink.deliver(batch(1), never);
  meddle();
  for (const n of [2, 3]) await sink.deliver(batch(n), never);
  expect(numbersIn(path)).toEqual([2, 3]);
  await sink.close?.();
});

test('file sink - what the disk refuses is refused with its name, and delivered once it is mended', async () => {
  const place = join(directory, 'sinks');
  writeFileSync(place, 'a file where a directory should be');
  const sink = fileSink({ path: join(place, 'audit.jsonl') });
  const failure: unknown = await sink.deliver(batch(1), never).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'UNAVAILABLE' });
  expect(String(failure)).not.toContain(directory);
  rmSync(place);
  expect(await sink.deliver(batch(1), never)).toBe('delivered');
  expect(numbersIn(join(place, 'audit.jsonl'))).toEqual([1]);
  await sink.close?.();
});

test.each([0, 1, 2])('file sink - of those that were put aside %i stay', async (keepFiles) => {
  const sink = fileSink({ path, maxBytes: 1, keepFiles });
  for (const n of [1, 2, 3, 4, 5]) await sink.deliver(batch(n), never);
  await sink.close?.();
  expect(readdirSync(directory)).toHaveLength(1 + keepFiles);
});
