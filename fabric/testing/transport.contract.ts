import { describe, expect, test } from 'vitest';
import { encodeEnvelope } from '../mesh/check-envelope.ts';
import { MAX_DEPTH, MAX_ENVELOPE_BYTES, type EnvelopeText } from '../mesh/envelope.ts';
import type { Link, LinkClosed } from '../mesh/transport.ts';
import type { Plain } from '../plain.ts';

/** Two ends of one fresh link; nobody listens yet. */
export interface TransportFixture {
  readonly ends: readonly [Link, Link];
  dispose(): Promise<void>;
}

interface Heard {
  readonly bodies: readonly Plain[];
  readonly closes: readonly LinkClosed[];
  /** Resolves once that many bodies have come. */
  count(wanted: number): Promise<void>;
  readonly closed: Promise<LinkClosed>;
}

type Law = (near: Link, far: Link) => Promise<void>;

let serial = 0;
const carrying = (body: Plain): EnvelopeText =>
  encodeEnvelope({ v: 1, id: `${serial++}`, src: 'a', subject: 'law', kind: 'publish', hops: 0, body });

function hear(link: Link): Heard {
  const bodies: Plain[] = [];
  const closes: LinkClosed[] = [];
  const waiting: { wanted: number; resolve: () => void }[] = [];
  let resolveClosed = (_closed: LinkClosed): void => undefined;
  const closed = new Promise<LinkClosed>((resolve) => (resolveClosed = resolve));
  link.listen({
    onEnvelope: ({ body }) => {
      bodies.push(body);
      for (const { wanted, resolve } of waiting) if (bodies.length >= wanted) resolve();
    },
    onClose: (reason) => {
      closes.push(reason);
      resolveClosed(reason);
    },
  });
  const count = (wanted: number): Promise<void> =>
    bodies.length >= wanted ? Promise.resolve() : new Promise((resolve) => void waiting.push({ wanted, resolve }));
  return { bodies, closes, count, closed };
}

function nested(levels: number): Plain {
  return levels === 0 ? 1 : [nested(levels - 1)];
}

const inOrder: Law = async (near, far) => {
  const [atNear, atFar] = [hear(near), hear(far)];
  const numbers = Array.from({ length: 1000 }, (_, n) => n);
  for (const n of numbers) {
    near.send(carrying(n));
    far.send(carrying(-1 - n));
  }
  await Promise.all([atNear.count(1000), atFar.count(1000)]);
  expect(atFar.bodies).toEqual(numbers);
  expect(atNear.bodies).toEqual(numbers.map((n) => -1 - n));
};

const nothingLostBeforeClose: Law = async (near, far) => {
  const atFar = hear(far);
  hear(near);
  for (let n = 0; n < 100; n++) near.send(carrying(n));
  near.close(1000, 'done');
  await atFar.closed;
  expect(atFar.bodies).toHaveLength(100);
};

const bothLearn: Law = async (near, far) => {
  const [atNear, atFar] = [hear(near), hear(far)];
  near.close(4001, 'enough');
  near.close(4002, 'twice');
  expect(atNear.closes).toEqual([]);
  expect(await atNear.closed).toEqual({ code: 4001, reason: 'enough' });
  expect(await atFar.closed).toEqual({ code: 4001, reason: 'enough' });
  far.close(4003, 'late');
  await Promise.resolve();
  expect([atNear.closes.length, atFar.closes.length]).toEqual([1, 1]);
};

const carriesTheLargest: Law = async (near, far) => {
  const atFar = hear(far);
  hear(near);
  const large = 'x'.repeat(MAX_ENVELOPE_BYTES - 1000);
  near.send(carrying(large));
  near.send(carrying(nested(MAX_DEPTH)));
  await atFar.count(2);
  expect(atFar.bodies).toEqual([large, nested(MAX_DEPTH)]);
};

const silentAfterClose: Law = async (near, far) => {
  const [atNear, atFar] = [hear(near), hear(far)];
  for (let n = 0; n < 50; n++) far.send(carrying(n));
  near.close(1000, 'no more');
  const heard = atNear.bodies.length;
  near.send(carrying('after the close'));
  await Promise.all([atNear.closed, atFar.closed]);
  expect(atNear.bodies).toHaveLength(heard);
  expect(atFar.bodies).toEqual([]);
};

const anyText: Law = async (near, far) => {
  const atFar = hear(far);
  hear(near);
  const texts = ['', '\u0000', '😀 한 é', '\ud800 lone', '\u2028\u2029', '"\\', '{"kind":"bye"}'];
  for (const text of texts) near.send(carrying({ text, [text]: [text] }));
  await atFar.count(texts.length);
  expect(atFar.bodies).toEqual(texts.map((text) => ({ text, [text]: [text] })));
};

const keptUntilHeard: Law = async (near, far) => {
  const atNear = hear(near);
  near.send(carrying('early'));
  far.send(carrying('sign'));
  await atNear.count(1);
  const atFar = hear(far);
  await atFar.count(1);
  expect(atFar.bodies).toEqual(['early']);
};

const closedUnheard: Law = async (near, far) => {
  const atFar = hear(far);
  far.send(carrying('unheard'));
  near.send(carrying('sign'));
  await atFar.count(1);
  near.close(1000, 'never listened');
  await atFar.closed;
  const atNear = hear(near);
  expect(await atNear.closed).toEqual({ code: 1000, reason: 'never listened' });
  expect(atNear.bodies).toEqual([]);
};

const sentIsACopy: Law = async (near, far) => {
  const atFar = hear(far);
  hear(near);
  const body = { list: [1] };
  near.send(carrying(body));
  body.list.push(2);
  expect(atFar.bodies).toEqual([]);
  await atFar.count(1);
  expect(atFar.bodies).toEqual([{ list: [1] }]);
};

const LAWS: readonly (readonly [string, Law])[] = [
  ['T1 a thousand envelopes each way arrive once, in order', inOrder],
  ['T2 nothing that was sent before a close is lost', nothingLostBeforeClose],
  ['T3 both sides learn of a close once, with code and reason', bothLearn],
  ['T4 the largest and the deepest that an envelope may be arrives', carriesTheLargest],
  ['T5 nothing is delivered to a side after it closed, and nothing it sends then arrives', silentAfterClose],
  ['T6 any text arrives as it was', anyText],
  ['T7 what arrives before somebody listens is kept', keptUntilHeard],
  ['T8 a body may be changed after it was sent, and is never delivered inside send', sentIsACopy],
  ['T9 a side that closed before it listened hears of its close and of nothing else', closedUnheard],
];

/** The laws of the `Transport` port, run over both directions of a link. `setup` gives a fresh link to each. */
export function describeTransport(name: string, setup: () => Promise<TransportFixture>): void {
  describe.each(['first end', 'second end'])(`${name} - transport laws from the %s`, (from) => {
    test.for(LAWS)('%s', async ([, law]) => {
      const { ends, dispose } = await setup();
      try {
        await (from === 'first end' ? law(ends[0], ends[1]) : law(ends[1], ends[0]));
      } finally {
        await dispose();
      }
    });
  });
}
