import { expect, test } from 'vitest';

import { onlyCalls } from './call-filter.ts';
import { connectRealm } from './connect-realm.ts';
import { batchDecide } from './decide-batch.ts';
import type { RealmHost } from './realm-api.ts';
import type { RealmPort } from './realm-link.ts';
import { startRealm } from './realm-program.ts';

const host: RealmHost = {
  bytes: async () => ({ ok: false, error: { code: 'LOAD_FAILED', message: 'none' } }),
  fetch: async () => ({ ok: false, error: { code: 'CAPABILITY_DENIED', message: 'none' } }),
};

function channel(): { near: RealmPort; far: RealmPort } {
  const { port1, port2 } = new MessageChannel();
  return { near: port1 as unknown as RealmPort, far: port2 as unknown as RealmPort };
}

test('a thread that is not locked down refuses to run, and every call says so', async () => {
  const { near, far } = channel();
  const unused = (): never => {
    throw new Error('a realm that refused must not get this far');
  };
  startRealm(far, {
    runtime: 'inline',
    global: {},
    platform: { now: unused, timer: unused, random: unused, digest: unused },
    kept: { log: unused, elapsed: unused, setTimer: unused, clearTimer: unused },
    evaluate: unused,
    openResident: unused,
    watchFailures: () => undefined,
    close: unused,
  });
  const { handle } = connectRealm({ name: 'r', port: near, channel: channel(), host });
  const lost = new Promise<string>((resolve) => handle.onLost(resolve));
  expect(await handle.api.inspect()).toMatchObject({ ok: false, error: { code: 'REALM_LOST' } });
  expect(await lost).toContain('not locked down');
  expect(await handle.api.bind({ adapters: {}, services: {} })).toMatchObject({
    ok: false,
    error: { code: 'REALM_LOST' },
  });
});

test('a realm that ends settles the calls under way, and tells once', async () => {
  const { near } = channel();
  const { handle, lost } = connectRealm({ name: 'r', port: near, channel: channel(), host });
  const told: string[] = [];
  handle.onLost((reason) => told.push(reason));
  const calls = Promise.all([handle.api.inspect(), handle.api.decide([])]);
  lost('its worker crashed');
  lost('again');
  expect((await calls)[0]).toMatchObject({
    ok: false,
    error: { code: 'REALM_LOST', message: expect.stringContaining('crashed') },
  });
  expect(told).toEqual(['its worker crashed']);
});

test('a realm can call what its host offers, and walk no further', () => {
  const seen: unknown[] = [];
  let receive: (event: { data: unknown }) => void = () => undefined;
  const port: RealmPort = {
    postMessage: () => undefined,
    addEventListener: (_type, listener) => (receive = listener),
    removeEventListener: () => undefined,
    start: () => undefined,
    close: () => undefined,
  };
  onlyCalls(port, ['fetch']).addEventListener('message', ({ data }) => seen.push(data));
  const call = { id: '1', type: 'APPLY', path: ['fetch'], argumentList: [{ type: 'RAW', value: 1 }] };
  const refused = [
    null,
    { ...call, type: 'GET' },
    { ...call, type: 'CONSTRUCT', path: ['fetch', 'constructor'] },
    { ...call, path: ['fetch', 'constructor'] },
    { ...call, path: ['constructor'] },
    { ...call, argumentList: [{ type: 'HANDLER', name: 'proxy' }] },
  ];
  for (const data of [...refused, call]) receive({ data });
  expect(seen).toEqual([call]);
});

test('decisions asked for in one tick travel in one message and come back to their callers', async () => {
  const messages: number[] = [];
  const decide = batchDecide(async (requests) => {
    messages.push(requests.length);
    return requests.map(({ id }) => ({ ok: false, error: { code: 'NOT_FOUND', message: id } }));
  });
  const ask = (id: string) => ({ id }) as Parameters<typeof decide>[0][number];
  const [one, two] = await Promise.all([decide([ask('a')]), decide([ask('b'), ask('c')])]);
  expect(messages).toEqual([3]);
  expect([one, two].map((results) => results!.map((result) => (result.ok ? '' : result.error.message)))).toEqual([
    ['a'],
    ['b', 'c'],
  ]);
});

test('so many decisions that a realm would be silent for long travel in several messages', async () => {
  const messages: number[] = [];
  const decide = batchDecide(async (requests) => {
    messages.push(requests.length);
    return requests.map(({ id }) => ({ ok: false, error: { code: 'NOT_FOUND', message: id } }));
  });
  const asked = Array.from({ length: 1500 }, (_, index) => decide([{ id: String(index) } as never]));
  const answers = await Promise.all(asked);
  expect(messages).toEqual([1000, 500]);
  expect(answers.map(([answer]) => (answer?.ok === false ? answer.error.message : ''))[1499]).toBe('1499');
});
