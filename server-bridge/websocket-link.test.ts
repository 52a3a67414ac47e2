import { Duplex } from 'node:stream';

import { expect, test } from 'vitest';

import { oneWriteATurn } from './websocket-link.ts';

test('what is written within a turn leaves as one, and the next turn has its own', async () => {
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
  for (const text of ['a', 'b', 'c']) {
    gather();
    stream.write(text);
  }
  expect(writes).toEqual([]);
  await new Promise(process.nextTick);
  expect(writes).toEqual(['a+b+c']);
  gather();
  stream.write('d');
  await new Promise(process.nextTick);
  expect(writes).toEqual(['a+b+c', 'd']);
});
