import { expect, test } from 'vitest';

import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import type { FlowState } from '../record/object-state.ts';
import { ada, flowWorld } from '../testing/flow-world.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
// Loaded when it is first needed, which virtual time would not wait for.
import '../sync/rare-exchanges.ts';
import '../sync/rename-replica.ts';

const partition = 'main/thing';

/** What a copy of a device's profile, which has made two ops, says of the first due step: that nobody was called. */
function canceled(id: string, { due: [step], epoch }: FlowState): Op {
  if (step === undefined) throw new Error('no step is due');
  const ended = { ...step, epoch, status: 'canceled', atMs: 1, build: '', node: 'device-1', attempts: 0 } as const;
  const draft = draftOp({ id, kind: 'flow', baseVersion: 1, step: ended });
  return { ...draft, replica: 'device-1', counter: 3, partition };
}

test('what was done of a step that a copy of the profile has canceled is taken back', async () => {
  const { place, pass, log, flow, slow, held, replica, guest, server } = await flowWorld();
  const device = await replica('device-1', ada);
  const copy = await guest('copy-of-1', ada);
  const phases: string[] = [];
  device.on((event) => event.type === 'port' && event.port === 'ship' && phases.push(event.phase));
  slow.add('ship');
  const id = await place(device);
  await pass();
  await server.write({ modelName: 'thing', kind: 'command', command: 'cancel', id, input: null }, ada);
  await pass();
  const op = canceled(id, (await flow(id)) as FlowState);
  await copy.request('sync.main.thing.push', { replica: op.replica, ops: [op] } as unknown as Plain, {
    deadlineMs: 1000,
  });
  await pass();
  expect(log).toEqual(['pick', 'unpick']);
  expect((await flow(id))?.compensation?.left).toEqual([]);

  held.get('ship')?.();
  await pass();
  expect(log).toEqual(['pick', 'unpick', 'ship', 'unship']);
  expect((await flow(id))?.done.map(({ port, status }) => `${port} ${status}`)).toEqual([
    'pick done',
    'pick undone',
    'ship done',
    'ship undone',
  ]);
  expect(phases).toEqual(['call', 'done', 'call', 'done']);
  expect(await device.refused(ada)).toEqual([]);
  expect((await device.find('thing', id, ada)).flow).toEqual(await flow(id));
});
