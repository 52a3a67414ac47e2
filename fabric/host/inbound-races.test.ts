import { expect, test } from 'vitest';

import { ada, callWorld } from '../testing/call-world.ts';
import { settled } from '../testing/virtual-platform.ts';

test('call - two equal requests at once call the partner once, and both are told its outcome', async () => {
  let calls = 0;
  const held: (() => void)[] = [];
  const { server, target } = await callWorld({
    weigh: async () => {
      calls += 1;
      await new Promise<void>((resolve) => held.push(resolve));
      return { weight: calls };
    },
  });
  const call = { ...target, port: 'weigh', args: [], requestId: 'r1' };
  const both = [server.call(call, ada), server.call(call, ada)];
  const other = server.call({ ...call, args: [1] }, ada);
  await expect(other).rejects.toMatchObject({ code: 'CONFLICT' });
  await settled();
  for (const release of held) release();
  const [first, second] = await Promise.all(both);
  expect(second).toEqual(first);
  expect(calls).toBe(1);
});

test('call - two equal requests at once fail as one, and the next one calls again', async () => {
  let calls = 0;
  const { server, target } = await callWorld({
    frail: () => {
      calls += 1;
      if (calls === 1) throw new Error('not now');
      return { note: 'well' };
    },
  });
  const call = { ...target, port: 'frail', args: [], requestId: 'r1' };
  const failure = { code: 'PORT_FAILED' };
  const both = [server.call(call, ada), server.call(call, ada)];
  await Promise.all(both.map((each) => expect(each).rejects.toMatchObject(failure)));
  expect(calls).toBe(1);
  expect((await server.call(call, ada)).state.fields).toEqual({ note: 'well' });
});

test('call - what a partner has done is recorded, although the object has moved on meanwhile', async () => {
  const held: (() => void)[] = [];
  const { server, target, fields } = await callWorld({
    weigh: async () => (await new Promise<void>((resolve) => held.push(resolve)), { weight: 7 }),
  });
  const call = server.call({ ...target, port: 'weigh', args: [], ifVersion: 1 }, ada);
  await settled();
  await server.write({ ...target, kind: 'update', input: { note: 'x' } }, ada);
  for (const release of held) release();
  expect((await call).result).toEqual({ weight: 7 });
  expect(await fields()).toEqual({ note: 'x', weight: 7 });
  const stale = server.call({ ...target, port: 'weigh', args: [], ifVersion: 1 }, ada);
  await expect(stale).rejects.toMatchObject({ code: 'CONFLICT' });
});
