import { createHmac } from 'node:crypto';
import type { LookupFunction } from 'node:net';

import type { SinkBatch } from '@testudo/fabric/host/sinks/sink-api';
import { afterEach, expect, test } from 'vitest';

import { webhookReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts';
import { webhookSink, type WebhookOptions } from './webhook-sink.ts';

const secret = 'a secret of tests';
const batch: SinkBatch = { delivery: 'audit/thing/e1/1-1', sink: 'audit', modelName: 'thing', records: [] };
const never = new AbortController().signal;
let receiver: WebhookReceiver | undefined;

afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});

async function receiving(...script: WebhookReceiver['script']): Promise<WebhookReceiver> {
  receiver = await webhookReceiver();
  receiver.script.push(...script);
  return receiver;
}

const sinkTo = (url: string, changes: Partial<WebhookOptions> = {}): ReturnType<typeof webhookSink> =>
  webhookSink({ url, secret, mayBePrivate: () => false, now: () => 1_700_000_000_000, ...changes });

test('webhook - a receiver that knows the secret verifies each delivery by its header and its body alone', async () => {
  const { url, requests } = await receiving();
  await sinkTo(url).deliver(batch, never);
  const [{ headers, body } = { headers: {}, body: '' }] = requests;
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-testudo-signature'])) ?? [];
  expect(createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')).toBe(v1);
  expect(createHmac('sha256', 'another secret').update(`${t}.${body}`).digest('hex')).not.toBe(v1);
  expect(Number(t)).toBe(1_700_000_000_000);
  expect(headers['x-testudo-delivery']).toBe(batch.delivery);
  expect(headers['content-type']).toMatch(/^application\/json/);
  expect(JSON.parse(body)).toEqual(batch);
});

test.each([
  [500, 'UNAVAILABLE'],
  [404, 'UNAVAILABLE'],
  [302, 'UNAVAILABLE'],
  ['silence', 'DEADLINE'],
] as const)('webhook - an answer of %s is a failure (%s), and its message tells no path', async (answer, code) => {
  const { url, origin, requests } = await receiving(answer);
  const failure: unknown = await sinkTo(url, { timeoutMs: 200 })
    .deliver(batch, never)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code, retryable: true, message: expect.stringContaining(origin) as unknown });
  expect(String(failure)).not.toMatch(/path-secret|a secret of tests/);
  expect(requests).toHaveLength(1);
});

test('webhook - 413 says that the batch is too large for its receiver', async () => {
  const { url, origin } = await receiving(413);
  const refusal = { code: 'TOO_LARGE', message: expect.stringContaining(`${origin} answered 413`) as unknown };
  await expect(sinkTo(url).deliver(batch, never)).rejects.toMatchObject(refusal);
});

test('webhook - 410 ends it, every 2xx takes it', async () => {
  const { url } = await receiving(410, 200, 202, 299);
  const sink = sinkTo(url);
  expect(await sink.deliver(batch, never)).toBe('gone');
  for (let n = 0; n < 3; n += 1) expect(await sink.deliver(batch, never)).toBe('delivered');
});

test('webhook - a receiver that is not there, and one whose delivery is given up', async () => {
  const { url, close, script, requests } = await receiving('silence');
  const end = new AbortController();
  const given = sinkTo(url).deliver(batch, end.signal);
  await expect.poll(() => requests.length).toBe(1);
  end.abort(new Error('the host ends'));
  await expect(given).rejects.toThrow('the host ends');
  script.length = 0;
  await close();
  receiver = undefined;
  await expect(sinkTo(url).deliver(batch, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('webhook - a name that leads to a private address is not connected to, unless policy lets it', async () => {
  const { url, requests } = await receiving();
  const named = url.replace('127.0.0.1', 'hooks.example.test');
  const lookup: LookupFunction = (_name, options, done) =>
    options.all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  await expect(sinkTo(named, { lookup }).deliver(batch, never)).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' });
  expect(requests).toEqual([]);
  const { origin } = new URL(named);
  const allowed = sinkTo(named, { lookup, mayBePrivate: (asked) => asked === origin });
  expect(await allowed.deliver(batch, never)).toBe('delivered');
});

test('webhook - it tells its origin, and neither path nor secret; another path is another place', async () => {
  const { url, origin } = await receiving();
  const sink = sinkTo(url);
  expect([sink.kind, sink.target]).toEqual(['webhook', origin]);
  expect([sinkTo(url).place === sink.place, sinkTo(`${url}x`).place === sink.place]).toEqual([true, false]);
  expect(JSON.stringify(sink)).not.toContain('secret');
});
