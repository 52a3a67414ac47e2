import { expect, test } from 'vitest';

import { ada, callWorld } from '../testing/call-world.ts';
import { settled, type VirtualPlatform } from '../testing/virtual-platform.ts';
import type { CallOutcome } from './call-api.ts';
import type { HostEvent } from './host-api.ts';
import { callDeadlineMs } from './inbound-attempts.ts';

/** The outcome of a call, time passing until it ends. */
async function passing(platform: VirtualPlatform, call: Promise<CallOutcome>): Promise<unknown> {
  let isEnded = false;
  const ended = call
    .catch((error: unknown) => error)
    .finally(() => {
      isEnded = true;
    });
  for (await settled(); !isEnded; await settled()) platform.pass(100);
  return ended;
}

test('attempts - a port is called again under one key as often as it says, and every attempt is told', async () => {
  const keys: string[] = [];
  const { server, platform, target } = await callWorld({
    weigh: ({ idempotencyKey }) => {
      if (keys.push(idempotencyKey) < 3) throw new Error('the scale swings');
      return { weight: 3 };
    },
  });
  const events: HostEvent[] = [];
  server.on((event) => events.push(event));
  const call = server.call({ ...target, port: 'weigh', args: [], requestId: 'r' }, ada);
  expect(await passing(platform, call)).toMatchObject({ result: { weight: 3 } });
  expect(new Set(keys)).toEqual(new Set([`${target.id}.weigh.ada:r`]));
  const phases = events.map((event) => (event.type === 'port' ? event.phase : '')).filter(Boolean);
  expect(phases).toEqual(['call', 'retry', 'retry', 'done']);
});

test('attempts - after the last one its caller gets the failure, and nothing was written', async () => {
  const { server, platform, target, fields } = await callWorld({
    weigh: () => {
      throw new Error('the scale is broken');
    },
  });
  const failed = await passing(platform, server.call({ ...target, port: 'weigh', args: [] }, ada));
  expect(failed).toMatchObject({ code: 'PORT_FAILED', message: 'thing.weigh: the scale is broken' });
  expect(await fields()).toEqual({});
});

test('attempts - a caller waits no longer than the deadline of all attempts', async () => {
  const { server, platform, target } = await callWorld({ rank: () => new Promise(() => undefined) });
  const events: HostEvent[] = [];
  server.on((event) => events.push(event));
  const late = await passing(platform, server.call({ ...target, port: 'rank', args: [] }, ada));
  expect(late).toMatchObject({ code: 'DEADLINE' });
  const [called, ...others] = events;
  expect(others).toMatchObject([{ phase: 'retry' }, { phase: 'retry' }, { phase: 'failed' }]);
  expect((others[2]?.atMs ?? 0) - (called?.atMs ?? 0)).toBe(callDeadlineMs);
});

test('attempts - an open breaker sends callers away at once; their bad input has not opened it', async () => {
  let calls = 0;
  const { server, target } = await callWorld({
    frail: ({ args }) => {
      calls += 1;
      if (args[0] === 'ill') throw new Error('ill');
      return { note: args[0] ?? null };
    },
  });
  const call = (arg: string) => server.call({ ...target, port: 'frail', args: [arg] }, ada);
  for (const arg of ['bad', 'bad', 'bad']) await expect(call(arg)).rejects.toMatchObject({ code: 'VALIDATION' });
  await call('well');
  await expect(call('ill')).rejects.toMatchObject({ code: 'PORT_FAILED' });
  await expect(call('well')).rejects.toMatchObject({ code: 'UNAVAILABLE', data: { retryAfterMs: 10_000 } });
  expect(calls).toBe(5);
  expect((await server.inspect()).breakers).toMatchObject([{ port: 'frail', state: { name: 'open' } }]);
});
