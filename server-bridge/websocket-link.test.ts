import { Duplex } from 'node:stream';

import { expect, test } from 'vitest';

import { oneWriteATurn } from './websocket-link.ts';

function gathering(): { readonly write: (text: string) => void; readonly writes: readonly string[] } {
  const writes: string[] = [];
  const stream = new Duplex({
    write: (chunk: Buffer, _encoding, done) => {
      writes.push(chunk.toString());
      done();
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join('+'));
      done();
    },
  });
  const gather = oneWriteATurn(stream);
  const write = (text: string): void => {
    gather();
    stream.write(text);
  };
  return { write, writes };
}

test('what is written within a turn leaves as one, and the next turn has its own', async () => {
  const { write, writes } = gathering();
  ['a', 'b', 'c'].forEach(write);
  expect(writes).toEqual([]);
  await new Promise(process.nextTick);
  expect(writes).toEqual(['a+b+c']);
  write('d');
  await new Promise(process.nextTick);
  expect(writes).toEqual(['a+b+c', 'd']);
});

test('a long burst leaves in parts, the first of them within the turn, all in order', async () => {
  const { write, writes } = gathering();
  const burst = Array.from({ length: 40 }, (_, index) => String(index));
  burst.forEach(write);
  expect(writes.map((text) => text.split('+').length)).toEqual([16, 16]);
  await new Promise(process.nextTick);
  expect(writes.join('+').split('+')).toEqual(burst);
  write('next');
  expect(writes).toHaveLength(3);
  await new Promise(process.nextTick);
  expect(writes[3]).toBe('next');
});
