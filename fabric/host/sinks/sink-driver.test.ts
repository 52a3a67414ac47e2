import { expect, test } from 'vitest';

import { TestudoError } from '../../error.ts';
import type { Datasource } from '../../store/datasource.ts';
import { readLog } from '../../sync/read-log.ts';
import { memoryRecords, type Records } from '../../testing/sim/memory-datasource.ts';
import { scriptedSink, sinkWorld, type ScriptedSink } from '../../testing/sink-world.ts';
import { settled } from '../../testing/virtual-platform.ts';
import type { Sink, SinkBatch, SinkEvent } from './sink-api.ts';

const seqsOf = (batches: readonly SinkBatch[]): readonly (number | string)[] =>
  batches.flatMap(({ records }) => records.map((record) => (record.type === 'change' ? record.seq : record.type)));
const eventsOf = ({ attempts }: ScriptedSink): readonly SinkEvent[] =>
  attempts.flatMap(({ records }) => records).filter((record): record is SinkEvent => record.type === 'change');

test('sinks - what is there and what comes is delivered in order, with who did what', async () => {
  const world = await sinkWorld();
  const sink = scriptedSink();
  await world.create('a');
  await world.update('a', 1);
  const driver = world.attach(sink);
  await settled();
  await world.update('a', 2);
  expect(sink.attempts.map(({ delivery }) => delivery)).toEqual(['audit/thing/e1/1-2', 'audit/thing/e1/3-3']);
  const about = { modelName: 'thing', objectId: 'a', owner: 'ada', user: 'ada', atMs: 0, deleted: false };
  expect(eventsOf(sink)).toMatchObject([
    { ...about, id: 'e1:thing:1', seq: 1, version: 1, kind: 'create', names: ['thingCreated'], fields: { n: 0 } },
    { ...about, id: 'e1:thing:2', seq: 2, version: 2, kind: 'update', names: ['thingUpdated'], fields: { n: 1 } },
    { ...about, id: 'e1:thing:3', seq: 3, opId: 'server:3', fields: { n: 2 } },
  ]);
  expect(driver.standing()).toMatchObject({ sink: 'audit', modelName: 'thing', state: 'idle', seq: 3, behind: 0 });
});

test('sinks - only the events that are asked for; what is passed over is no gap', async () => {
  const world = await sinkWorld();
  const sink = scriptedSink();
  const driver = world.attach(sink, { events: ['*Created'] });
  for (const id of ['a', 'b']) {
    await world.create(id);
    await world.update(id, 1);
  }
  expect(seqsOf(sink.attempts)).toEqual([1, 3]);
  await driver.close();
  const next = scriptedSink();
  world.attach(next, { events: ['*Created'] });
  await settled();
  expect(next.attempts).toEqual([]);
});

test('sinks - one that is new begins with the next change where it is told so', async () => {
  const world = await sinkWorld();
  const sink = scriptedSink();
  await world.create('a');
  world.attach(sink, { from: 'now' });
  await settled();
  await world.update('a', 1);
  expect(seqsOf(sink.attempts)).toEqual([2]);
});

test('sinks - a receiver that fails gets the same batch again, later and later; writers wait for nobody', async () => {
  const world = await sinkWorld();
  const sink = scriptedSink();
  sink.script.push('refused', 'refused', 'refused');
  const driver = world.attach(sink);
  await world.create('a');
  for (let n = 1; n <= 250; n += 1) await world.update('a', n);
  expect(seqsOf(sink.attempts)).toEqual([1]);
  expect(driver.standing()).toMatchObject({
    state: 'waiting',
    failures: 1,
    behind: 251,
    error: 'the receiver refuses',
  });
  for (const waitMs of [200, 400, 800]) {
    world.platform.pass(waitMs);
    await settled();
  }
  expect(sink.attempts.slice(0, 4).map(({ delivery }) => delivery)).toEqual(Array(4).fill('audit/thing/e1/1-1'));
  expect(seqsOf(sink.attempts.slice(3))).toEqual(Array.from({ length: 251 }, (_, n) => n + 1));
  expect(sink.attempts.every(({ records }) => records.length <= 100)).toBe(true);
  expect(driver.standing()).toMatchObject({ state: 'idle', failures: 0, error: null, behind: 0 });
  expect(world.platform.errors).toHaveLength(1);
});

test('sinks - a receiver that says nothing costs one page of memory, and ends with its host', async () => {
  const world = await sinkWorld();
  const sink = scriptedSink();
  sink.script.push('silence');
  let reads = 0;
  const driver = world.attach(
    sink,
    {},
    {
      source: {
        modelName: 'thing',
        seq: 0,
        log: (since, limit) => (
          (reads += 1),
          readLog(world.records, 'main/thing', { since, limit, seq: world.authority.seq })
        ),
        onAccepted: (listener) => world.authority.onAccepted(() => listener()),
      },
    },
  );
  for (let n = 0; n < 150; n += 1) await world.create(`a${n}`);
  expect(sink.attempts).toHaveLength(1);
  expect(reads).toBeLessThan(5);
  await driver.close();
  expect(world.platform.errors).toEqual([]);
});

test('sinks - a crash between a delivery and its cursor: the same batch again under the same name, nothing lost', async () => {
  const records = memoryRecords();
  const world = await sinkWorld(records);
  await world.create('a');
  await world.update('a', 1);
  const crashed = scriptedSink();
  const torn: Pick<Datasource, 'get' | 'commit'> = {
    get: (...key) => records.get(...key),
    // Its process ends with the delivery: no cursor that lies behind it is written any more.
    commit: (writes) => (crashed.attempts.length > 0 ? new Promise(() => undefined) : records.commit(writes)),
  };
  world.attach(crashed, {}, { datasource: torn });
  await settled();
  for (let n = 2; n < 5; n += 1) await world.update('a', n);
  expect(seqsOf(crashed.attempts)).toEqual([1, 2]);
  const next = scriptedSink();
  world.attach(next);
  await settled();
  expect(next.attempts[0]).toEqual(crashed.attempts[0]);
  expect(seqsOf(next.attempts)).toEqual([1, 2, 3, 4, 5]);
});

test('sinks - what the log has given back is told as a gap', async () => {
  const records = memoryRecords();
  const world = await sinkWorld(records);
  for (const id of ['a', 'b', 'c', 'd']) await world.create(id);
  const rows = await records.range('log/main/thing');
  await records.commit(rows.slice(0, 2).map(({ key }) => ({ collection: 'log/main/thing', key, value: undefined })));
  const sink = scriptedSink();
  world.attach(sink);
  await settled();
  expect(sink.attempts.map(({ records: [first] }) => first)).toMatchObject([
    { type: 'gap', modelName: 'thing', from: 1, to: 2 },
    { type: 'change', seq: 3 },
  ]);
  await records.commit(rows.map(({ key }) => ({ collection: 'log/main/thing', key, value: undefined })));
  const late = scriptedSink();
  world.attach(late, {}, { sink: 'late' });
  await settled();
  expect(late.attempts.map(({ records: [first] }) => first)).toEqual([
    { type: 'gap', modelName: 'thing', from: 1, to: 4 },
  ]);
});

test('sinks - a damaged entry is a gap of its own, and costs no other', async () => {
  const records = memoryRecords();
  const bad = [2, 3];
  const damaged: Datasource = {
    ...records,
    async range(collection, options = {}) {
      if (collection !== 'log/main/thing') return records.range(collection, options);
      const rows = await records.range(collection, { ...options, onDamaged: () => undefined });
      for (const { key } of rows) if (bad.includes(Number(key))) options.onDamaged?.({ key, text: 'x' });
      return rows.filter(({ key }) => !bad.includes(Number(key)));
    },
  };
  const world = await sinkWorld(damaged);
  for (const id of ['a', 'b', 'c', 'd']) await world.create(id);
  const sink = scriptedSink();
  await records.commit([{ collection: 'sinks/audit', key: 'main/thing', value: { term: 'e1', seq: 1, until: 2 } }]);
  world.attach(sink);
  await settled();
  expect(sink.attempts.flatMap(({ records: all }) => all)).toMatchObject([
    { type: 'gap', from: 2, to: 2 },
    { type: 'gap', from: 3, to: 3 },
    { type: 'change', seq: 4 },
  ]);
});

test('sinks - another database is told, and delivered from its beginning', async () => {
  const records = memoryRecords();
  const first = await sinkWorld(records);
  await first.create('a');
  const driver = first.attach(scriptedSink());
  await settled();
  await driver.close();
  const world = await sinkWorld(records, 'e2');
  const sink = scriptedSink();
  world.attach(sink);
  await settled();
  expect(seqsOf(sink.attempts)).toEqual(['anew', 1]);
  expect(eventsOf(sink)[0]?.id).toBe('e2:thing:1');
});

const copyOf = (records: Records): Records => new Map(Array.from(records, ([name, all]) => [name, new Map(all)]));

test('sinks - a server that was restored from an earlier copy gives no former id to another change', async () => {
  const stored: Records = new Map();
  const world = await sinkWorld(memoryRecords(stored), 'e1', 'life1');
  await world.create('a');
  const sink = scriptedSink();
  const driver = world.attach(sink);
  await settled();
  const backup = copyOf(stored);
  await world.update('a', 1);
  await driver.close();
  const restored = await sinkWorld(memoryRecords(backup), 'e1', 'life2');
  restored.attach(sink);
  await restored.update('a', 7);
  expect(eventsOf(sink).map(({ id, fields }) => [id, fields])).toEqual([
    ['life1:thing:1', { n: 0 }],
    ['life1:thing:2', { n: 1 }],
    ['life2:thing:2', { n: 7 }],
  ]);
  expect(new Set(sink.attempts.map(({ delivery }) => delivery)).size).toBe(3);
});

test('sinks - a model that was moved to another store goes on from where it was', async () => {
  const stored: Records = new Map();
  const records = memoryRecords(stored);
  const world = await sinkWorld(records, 'e1', 'life1');
  await world.create('a');
  const sink = scriptedSink();
  const driver = world.attach(sink);
  await settled();
  await driver.close();
  const moved = await sinkWorld(memoryRecords(copyOf(stored)), 'e2', 'life2');
  moved.attach(sink, {}, { datasource: records });
  await moved.update('a', 1);
  expect(eventsOf(sink).map(({ id }) => id)).toEqual(['life1:thing:1', 'life2:thing:2']);
  expect(seqsOf(sink.attempts)).toEqual([1, 2]);
});

test('sinks - a receiver that is gone is asked no more, after the next start too, until it is configured otherwise', async () => {
  const world = await sinkWorld();
  const sink = scriptedSink();
  sink.script.push('gone');
  const driver = world.attach(sink);
  await world.create('a');
  await world.create('b');
  world.platform.pass(60_000);
  await settled();
  expect(sink.attempts).toHaveLength(1);
  expect(driver.standing()).toMatchObject({ state: 'stopped', seq: 0, behind: 2 });
  await driver.close();
  const next = world.attach(sink);
  await world.create('c');
  await settled();
  expect([sink.attempts.length, next.standing().state]).toEqual([1, 'stopped']);
  await next.close();
  world.attach(sink, { events: ['thing*'] });
  await settled();
  expect(seqsOf(sink.attempts)).toEqual([1, 1, 2, 3]);
});

test('sinks - a receiver that is gone is asked again under another address of the same origin', async () => {
  const world = await sinkWorld();
  const sinks = ['a', 'a', 'b'].map((place) => ({ ...scriptedSink(), place }));
  sinks[0]?.script.push('gone');
  await world.create('a');
  for (const sink of sinks) {
    const driver = world.attach(sink);
    await settled();
    await driver.close();
  }
  expect(sinks.map(({ attempts }) => attempts.length)).toEqual([1, 0, 1]);
});

test('sinks - what is too large for a receiver comes to it in parts, in order and each once', async () => {
  const world = await sinkWorld();
  const { attempts: taken, ...sink } = scriptedSink();
  let refusals = 0;
  const narrow: Sink = {
    ...sink,
    deliver(batch) {
      if (batch.records.length <= 3) return Promise.resolve(taken.push(batch)).then(() => 'delivered');
      refusals += 1;
      return Promise.reject(new TestudoError('TOO_LARGE', 'the receiver takes three records'));
    },
  };
  await world.create('a');
  for (let n = 2; n <= 40; n += 1) await world.update('a', n);
  const driver = world.attach(narrow);
  await settled();
  expect(seqsOf(taken)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  expect(driver.standing()).toMatchObject({ state: 'idle', failures: 0, behind: 0 });
  expect(refusals).toBe(4);
  await driver.close();
});

test('sinks - a change that is too large by itself is tried again, as any that is refused', async () => {
  const world = await sinkWorld();
  const tooLarge = (): Promise<never> => Promise.reject(new TestudoError('TOO_LARGE', 'the receiver takes nothing'));
  for (const id of ['a', 'b', 'c']) await world.create(id);
  const driver = world.attach({ ...scriptedSink(), deliver: tooLarge });
  await settled();
  expect(driver.standing()).toMatchObject({ state: 'waiting', failures: 1, behind: 3 });
  await driver.close();
});

test('sinks - what was passed over before a crash is no gap, though the log has lost it since', async () => {
  const records = memoryRecords();
  const world = await sinkWorld(records);
  world.attach(scriptedSink(), { events: ['*Deleted'] });
  for (const id of ['a', 'b', 'c']) await world.create(id);
  await settled();
  world.platform.pass(60_000);
  await settled();
  const rows = await records.range('log/main/thing');
  await records.commit(rows.map(({ key }) => ({ collection: 'log/main/thing', key, value: undefined })));
  const next = scriptedSink();
  const driver = world.attach(next, { events: ['*Deleted'] });
  await settled();
  expect([next.attempts, driver.standing().seq]).toEqual([[], 3]);
});

test('sinks - an object that its model cannot present holds up no other; a realm that is away does, until it is back', async () => {
  const world = await sinkWorld();
  const sink = scriptedSink();
  for (const id of ['a', 'b', 'c']) await world.create(id);
  let isAway = true;
  world.attach(
    sink,
    {},
    {
      async present(_modelName, states) {
        if (isAway) throw new TestudoError('REALM_LOST', 'it starts again');
        if (states.some(({ id }) => id === 'b')) throw new TestudoError('VALIDATION', 'no');
        return states;
      },
    },
  );
  await settled();
  expect(sink.attempts).toEqual([]);
  isAway = false;
  world.platform.pass(200);
  await settled();
  expect(eventsOf(sink).map(({ objectId, fields }) => [objectId, fields])).toEqual([
    ['a', { n: 0 }],
    ['b', null],
    ['c', { n: 0 }],
  ]);
});

test('sinks - a damaged cursor begins with all that the log has, under the same ids, and is told', async () => {
  const stored: Records = new Map();
  const world = await sinkWorld(memoryRecords(stored));
  for (const id of ['a', 'b']) await world.create(id);
  const before = scriptedSink();
  const driver = world.attach(before);
  await settled();
  await driver.close();
  stored.get('sinks/audit')?.set('main/thing', '{"epo');
  const sink = scriptedSink();
  world.attach(sink, { from: 'now' });
  await settled();
  expect(eventsOf(sink)).toEqual(eventsOf(before));
  expect(world.platform.errors.splice(0)).toEqual([expect.objectContaining({ code: 'CORRUPT' })]);
});
