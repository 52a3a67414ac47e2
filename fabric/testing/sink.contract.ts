import { describe, expect, test } from 'vitest';

import type { Sink, SinkBatch, SinkEvent } from '../host/sinks/sink-api.ts';

/** A sink made for one law. */
export interface SinkFixture {
  readonly sink: Sink;
  /** what has arrived at its other end, in order of arrival */
  received(): Promise<readonly SinkBatch[]>;
  /** From now on the other end takes nothing, or takes it again; absent where that cannot be. */
  refuse?(isRefused: boolean): Promise<void>;
  dispose(): Promise<void>;
}

type Law = (fixture: SinkFixture) => Promise<void>;

const never = new AbortController().signal;

function event(seq: number, changes: Partial<SinkEvent> = {}): SinkEvent {
  const about = { names: ['thingCreated'], modelName: 'thing', objectId: `o${seq}`, version: 1, kind: 'create' };
  const by = { command: null, opId: `server:${seq}`, user: 'ada', owner: 'ada', atMs: 7, deleted: false };
  return { type: 'change', id: `e1:thing:${seq}`, seq, ...about, ...by, fields: { n: seq }, ...changes };
}

function batch(from: number, until: number, modelName = 'thing'): SinkBatch {
  const records = Array.from({ length: until - from + 1 }, (_, n) => event(from + n, { modelName }));
  return { delivery: `audit/${modelName}/e1/${from}-${until}`, sink: 'audit', modelName, records };
}

const inOrder: Law = async ({ sink, received }) => {
  const batches = [batch(1, 3), batch(4, 4), batch(5, 104)];
  for (const each of batches) expect(await sink.deliver(each, never)).toBe('delivered');
  expect(await received()).toEqual(batches);
};

const again: Law = async ({ sink, received }) => {
  for (const each of [batch(1, 2), batch(1, 2)]) await sink.deliver(each, never);
  expect(await received()).toEqual([batch(1, 2), batch(1, 2)]);
};

const refusal: Law = async ({ sink, received, refuse }) => {
  if (refuse === undefined) return;
  await refuse(true);
  await expect(sink.deliver(batch(1, 2), never)).rejects.toEqual(expect.objectContaining({ retryable: true }));
  await refuse(false);
  expect(await sink.deliver(batch(1, 2), never)).toBe('delivered');
  expect(await received()).toEqual([batch(1, 2)]);
};

const cancellation: Law = async ({ sink, received }) => {
  const end = new AbortController();
  const reason = new Error('over');
  end.abort(reason);
  await expect(sink.deliver(batch(1, 1), end.signal)).rejects.toBe(reason);
  expect(await received()).toEqual([]);
};

const awkward: Law = async ({ sink, received }) => {
  const fields = { text: 'a\nb\r\n\u2028 "q" \\ 😀 é \u0000', deep: [{ a: null }], '': 1, ['__proto__']: 2 };
  const gone = event(2, { deleted: true, fields: null, user: null });
  const gap = { type: 'gap', modelName: 'thing', from: 3, to: 9 } as const;
  const given: SinkBatch = {
    ...batch(1, 1),
    records: [event(1, { fields }), gone, gap, { type: 'anew', modelName: 'thing' }],
  };
  await sink.deliver(given, never);
  expect(await received()).toEqual([given]);
};

const together: Law = async ({ sink, received }) => {
  const models = ['order', 'customer', 'item'];
  await Promise.all(models.map((modelName) => sink.deliver(batch(1, 60, modelName), never)));
  const found = [...(await received())].sort((a, b) => a.modelName.localeCompare(b.modelName));
  expect(found).toEqual([...models].sort().map((modelName) => batch(1, 60, modelName)));
};

const laws: readonly (readonly [string, Law])[] = [
  ['SK1 what is delivered arrives whole, in order, under its delivery id', inOrder],
  ['SK2 what is delivered again arrives under the same delivery id', again],
  ['SK3 what the other end does not take rejects, and can be delivered again', refusal],
  ['SK4 a delivery whose signal has fired rejects with its reason, and nothing arrives', cancellation],
  ['SK5 every text, gaps and absent values arrive as they were', awkward],
  ['SK6 batches of several models at once arrive whole', together],
];

/** The laws of the `Sink` port. */
export function sinkContract(name: string, setup: () => Promise<SinkFixture>): void {
  describe(`sink contract - ${name}`, () => {
    test.each(laws)('%s', async (_name, law) => {
      const fixture = await setup();
      try {
        await law(fixture);
      } finally {
        await fixture.dispose();
      }
    });
  });
}
