import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { Datasource } from '../store/datasource.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { ada, flowWorld } from '../testing/flow-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const command = { modelName: 'thing', kind: 'command', command: 'cancel', input: null } as const;

test('a step that was not answered in time may have been done: it is taken back too', async () => {
  const { place, pass, log, flow, slow, held } = await flowWorld({ track: { timeout: 1000, maxRetry: 1 } });
  slow.add('track');
  const id = await place();
  await pass();
  held.get('track')?.();
  await pass();
  expect(log.slice(0, 5)).toEqual(['pick', 'ship', 'untrack', 'unship', 'unpick']);
  expect((await flow(id))?.done.map(({ port, status, isUncertain }) => [port, status, isUncertain])).toEqual([
    ['pick', 'done', undefined],
    ['ship', 'done', undefined],
    ['track', 'failed', true],
    ['track', 'undone', undefined],
    ['ship', 'undone', undefined],
    ['pick', 'undone', undefined],
  ]);
});

test('one attempt that was not answered in time is enough, however the last one failed', async () => {
  const { place, pass, log, flow, slow, ill, platform } = await flowWorld({ track: { timeout: 1000, maxRetry: 1 } });
  slow.add('track');
  const id = await place();
  await settled();
  ill.add('track');
  platform.pass(1000);
  await pass();
  expect(log).toEqual(['pick', 'ship', 'untrack', 'unship', 'unpick']);
  expect((await flow(id))?.done[2]).toMatchObject({ status: 'failed', isUncertain: true, error: /track is ill/ });
});

test('a step that its fallback answered is not taken back: its partner has done nothing', async () => {
  const thresholds = { errorRate: 50, callVolume: 1, intervalMs: 60_000, retryDelay: 60_000, fallbackFn: () => ({}) };
  const { place, pass, log, flow, ill } = await flowWorld({
    pick: { circuitBreaker: { default: thresholds }, maxRetry: 0 },
  });
  ill.add('pick');
  await place();
  await settled();
  ill.add('track');
  const id = await place();
  await pass();
  expect(log).toEqual(['ship', 'unship']);
  expect((await flow(id))?.done.map(({ port, status }) => `${port} ${status}`)).toEqual([
    'pick done',
    'ship done',
    'track failed',
    'ship undone',
  ]);
});

test('an object is not deleted while something of its flow could not be taken back any more', async () => {
  const { place, pass, log, slow, held, server } = await flowWorld();
  slow.add('ship');
  const id = await place();
  await pass();
  const remove = () => server.write({ modelName: 'thing', kind: 'delete', id, input: null }, ada);
  await expect(remove()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/ship, pick could not be taken back; call the flow off/),
  });
  await server.write({ ...command, id }, ada);
  await expect(remove()).rejects.toMatchObject({ code: 'CONFLICT' });
  held.get('ship')?.();
  await pass();
  expect(log).toEqual(['pick', 'ship', 'unship', 'unpick']);
  expect((await remove()).state.deleted).toBe(true);
});

test('an object whose flow has ended well may be deleted', async () => {
  const { place, pass, server } = await flowWorld();
  const id = await place();
  await pass();
  expect((await server.write({ modelName: 'thing', kind: 'delete', id, input: null }, ada)).state.deleted).toBe(true);
});

test('that an outcome was refused is recorded again until the disk takes it', async () => {
  const { place, pass, log, flow, replica } = await flowWorld({ ship: { callback: () => ({ ship: 'wrong' }) } });
  const records = memoryDatasource();
  let busy = 2;
  const sick: Datasource = {
    ...records,
    commit(writes) {
      if (busy === 0 || !JSON.stringify(writes).includes(':refused')) return records.commit(writes);
      busy -= 1;
      return Promise.reject(new TestudoError('UNAVAILABLE', 'the disk is busy'));
    },
  };
  const device = await replica('device-1', ada, sick);
  const id = await place(device);
  await pass();
  expect(busy).toBe(0);
  expect(log).toEqual(['pick', 'ship', 'unship', 'unpick']);
  expect((await flow(id))?.done[1]).toMatchObject({ port: 'ship', status: 'failed', isAnswered: true });
});
