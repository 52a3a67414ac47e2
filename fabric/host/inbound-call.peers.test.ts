import { expect, test } from 'vitest';

import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import { ada, callWorld, scale } from '../testing/call-world.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { settled } from '../testing/virtual-platform.ts';

test('call - a replica runs the port itself; the authority accepts its op, and the object agrees on both', async () => {
  const calls: string[] = [];
  const { server, replica, target } = await callWorld({ weigh: () => (calls.push('weigh'), { weight: 5 }) });
  const browser = await replica('browser-ada', ada);
  await settled();
  const { opId, state } = await browser.call({ ...target, port: 'weigh', args: [] }, ada);
  expect(state).toMatchObject({ seq: 0, fields: { weight: 5 } });
  expect(await browser.synced('thing', opId ?? '')).toMatchObject({ seq: 2, fields: { weight: 5 } });
  expect(await server.find('thing', target.id, ada)).toMatchObject({ version: 2, fields: { weight: 5 } });
  expect(calls).toEqual(['weigh']);
});

test('call - the authority believes a port no more than it may write, and nobody who may not call it', async () => {
  const { guest, target, fields } = await callWorld();
  const pushed = async (name: string, ops: readonly Partial<Op>[], principal = scale): Promise<Plain> => {
    const made = ops.map((op, index) => ({
      ...draftOp({ kind: 'command', id: target.id, ...op }),
      ...{ kind: 'command', id: target.id, ...op, replica: name, counter: index + 1, partition: 'main/thing' },
    }));
    const node = await guest(name, principal);
    return node.request('sync.main.thing.push', { replica: name, ops: made } as unknown as Plain);
  };
  const setting = (command: string, field: string) =>
    ({ command, patch: { set: { [field]: 9 }, unset: [], base: {} } }) as const;
  const reply = pushed('browser-scale', [
    setting('weigh', 'note'),
    setting('rank', 'weight'),
    setting('welcome', 'note'),
    setting('off', 'note'),
    setting('weigh', 'weight'),
  ]);
  expect(await reply).toMatchObject({
    results: [
      { error: { code: 'VALIDATION' } },
      { error: { code: 'FORBIDDEN' } },
      { error: { code: 'METHOD_UNKNOWN' } },
      { error: { code: 'METHOD_UNKNOWN' } },
      { status: 'accepted' },
    ],
  });
  expect(await fields()).toEqual({ weight: 9 });
});
