import { expect, test } from 'vitest';
import type { Plain } from '../plain.ts';
import { decodeEnvelope, encodeEnvelope } from './check-envelope.ts';
import { MAX_DEPTH, MAX_ENVELOPE_BYTES, type Envelope } from './envelope.ts';

const envelope = (body: Plain): Envelope => ({ v: 1, id: '1', src: 'a', subject: 's', kind: 'publish', hops: 0, body });
const nested = (levels: number): Plain => (levels === 0 ? 1 : [nested(levels - 1)]);
const withMembers = (members: object): string => JSON.stringify({ ...envelope(null), ...members });

test('an envelope comes back as it went', () => {
  const sent = envelope({ text: '😀 \ud800', list: [null, true, 1.5] });
  expect(decodeEnvelope(encodeEnvelope(sent))).toEqual(sent);
});

test('a body may nest as deep as the limit and no deeper, in both directions', () => {
  expect(() => encodeEnvelope(envelope(nested(MAX_DEPTH)))).not.toThrow();
  expect(() => encodeEnvelope(envelope(nested(MAX_DEPTH + 1)))).toThrow(expect.objectContaining({ code: 'TOO_DEEP' }));
  const bomb = withMembers({}).replace('null', '['.repeat(200_000) + ']'.repeat(200_000));
  expect(() => decodeEnvelope(bomb)).toThrow(expect.objectContaining({ code: 'TOO_DEEP' }));
});

test('size is counted in bytes of UTF-8', () => {
  const third = Math.floor(MAX_ENVELOPE_BYTES / 3);
  expect(() => encodeEnvelope(envelope('x'.repeat(third * 2)))).not.toThrow();
  for (const body of ['한'.repeat(third), 'x'.repeat(MAX_ENVELOPE_BYTES)]) {
    expect(() => encodeEnvelope(envelope(body))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    expect(() => decodeEnvelope(JSON.stringify(envelope(body)))).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    );
  }
});

test.each([
  ['no JSON', '{'],
  ['a number', '1'],
  ['null', 'null'],
  ['a list', '[]'],
  ['another version', withMembers({ v: 2 })],
  ['an unknown kind', withMembers({ kind: 'shout' })],
  ['an unknown member', withMembers({ admin: true })],
  ['an empty id', withMembers({ id: '' })],
  ['a number as source', withMembers({ src: 7 })],
  ['no subject', withMembers({ subject: undefined })],
  ['an overlong subject', withMembers({ subject: 'x'.repeat(257) })],
  ['a reply to nothing', withMembers({ kind: 'reply', to: 'a' })],
  ['negative hops', withMembers({ hops: -1 })],
  ['half a hop', withMembers({ hops: 0.5 })],
  ['roles that are no list', withMembers({ principal: { user: 'ada', roles: 'clerk', tenant: 'main' } })],
  ['no body', withMembers({ body: undefined })],
  ['a key __proto__', withMembers({}).replace('null', '[{"__proto__":{"a":1}}]')],
  ['an escaped key __proto__', withMembers({}).replace('null', '{"\\u005f_proto__":1}')],
  ['__proto__ beside the body', withMembers({}).replace('{', '{"__proto__":{"kind":"hello"},')],
])('%s is refused as ENVELOPE_INVALID', (_what, text) => {
  expect(() => decodeEnvelope(text)).toThrow(expect.objectContaining({ code: 'ENVELOPE_INVALID' }));
});
