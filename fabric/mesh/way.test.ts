import { expect, test } from 'vitest';

import { MAX_ENVELOPE_BYTES, type Envelope } from './envelope.ts';
import { sendBy, type Way } from './way.ts';

const envelope: Envelope = { v: 1, id: '1', src: 'a', subject: 'news', kind: 'publish', hops: 0, body: null };

function way(bufferedBytes = 0): Way & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    peer: { role: 'switch' },
    link: {
      send: (text) => void log.push(text),
      listen: () => undefined,
      close: (code) => void log.push(`closed ${code}`),
      bufferedBytes,
    },
  };
}

test('an envelope is written once for all of its receivers', () => {
  let readings = 0;
  const body = {
    get price(): number {
      return (readings += 1);
    },
  };
  const ways = [way(), way(), way()];
  sendBy(ways, { ...envelope, body });
  const [first] = ways.map(({ log }) => log[0]);
  // One reading checks it, the other writes it.
  expect(first).toContain('"body":{"price":2}');
  expect(ways.map(({ log }) => log)).toEqual([[first], [first], [first]]);
});

test('a peer that reads too slowly is closed, and the others get theirs', () => {
  const [slow, quick] = [way(9 * 1024 * 1024), way()];
  sendBy([slow, quick], envelope);
  expect([slow.log, quick.log]).toEqual([['closed 1013'], [JSON.stringify(envelope)]]);
});

test('what is too large is sent to nobody, and nobody minds it when nobody wants it', () => {
  const large = { ...envelope, body: 'x'.repeat(MAX_ENVELOPE_BYTES) };
  const other = way();
  expect(() => sendBy([other], large)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  expect(other.log).toEqual([]);
  expect(() => sendBy([], large)).not.toThrow();
});
