import { expect, test } from 'vitest';

import { ada, callWorld } from '../testing/call-world.ts';
import { settled, type VirtualPlatform } from '../testing/virtual-platform.ts';
import type { CallOutcome } from './call-api.ts';
import type { HostEvent } from './host-api.ts';
import { callDeadlineMs } from './inbound-attempts.ts';

/** The outcome of a call, while so much time passes. */
async function passing(platform: VirtualPlatform, call: Promise<CallOutcome>, durationMs: number): Promise<unknown> {
  const ended = call.catch((error: unknown) => error);
  for (let pastMs = 0; pastMs < durationMs; pastMs += 100) {
    await settled();
    platform.pass(100);
  }
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
  expect(await passing(platform, call, 2000)).toMatchObject({ result: { weight: 3 } });
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
  const failed = await passing(platform, server.call({ ...target, port: 'weigh', args: [] }, ada), 2000);
  expect(failed).toMatchObject({ code: 'PORT_FAILED', message: 'thing.weigh: the scale is broken' });
  expect(await fields()).toEqual({});
});

test('attempts - a caller waits no longer than the deadline of all attempts', async () => {
  const { server, platform, target } = await callWorld({ rank: () => new Promise(() => undefined) });
  const late = await passing(platform, server.call({ ...target, port: 'rank', args: [] }, ada), callDeadlineMs);
  expect(late).toMatchObject({ code: 'DEADLINE' });
  expect(platform.now()).toBe(callDeadlineMs);
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
  expect((await server.report()).breakers).toMatchObject([{ port: 'frail', state: { name: 'open' } }]);
});
