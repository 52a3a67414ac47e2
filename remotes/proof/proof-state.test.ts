import type { HostEvent, HostReport, ObjectState } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { emptyProof, newestOrder, nextProof } from './proof-state.ts';
import type { ProofInput, ProofState } from './proof-state.ts';

const order = (id: string, version = 1, deleted = false) =>
  ({ id, version, deleted, modelName: 'order' }) as ObjectState;
const seen = (node: string, state: ObjectState): ProofInput => ({
  type: 'event',
  event: { atMs: 1, node, type: 'object', modelName: 'order', state, origin: 'feed', kind: 'update', opId: null },
});
const event = (node: string, body: object): ProofInput => ({
  type: 'event',
  event: { atMs: 1, node, ...body } as HostEvent,
});
const after = (...inputs: readonly ProofInput[]) => inputs.reduce(nextProof, emptyProof);

test('the newest order is the one with the highest id, and deleted ones do not count', () => {
  const state = after({ type: 'orders', states: [order('b'), order('c', 1, true), order('a')] });
  expect(newestOrder(state)?.id).toBe('b');
  expect(newestOrder(emptyProof)).toBeUndefined();
});

test('each node has its own view of an order', () => {
  const state = after(seen('server-1', order('a', 2)), seen('device-1', order('a', 1)));
  expect([state.seen['server-1']?.['a']?.version, state.seen['device-1']?.['a']?.version]).toEqual([2, 1]);
});

test('an answer that an event has overtaken changes nothing', () => {
  const state = after(seen('server-1', order('a', 3)));
  expect(nextProof(state, { type: 'told', node: 'server-1', state: order('a', 2) })).toBe(state);
});

test('an event of this host is coloured as here, one of another by its name', () => {
  const own = { node: 'browser-1' } as HostReport;
  const state = after(
    { type: 'own', report: own },
    event('browser-1', { type: 'peers' }),
    event('server-1', { type: 'peers' }),
  );
  expect(state.timeline.map(({ place }) => place)).toEqual(['server', 'here']);
});

test('equal lines in a row are one line with a count', () => {
  const state = after(event('n', { type: 'peers' }), event('n', { type: 'peers' }), event('m', { type: 'peers' }));
  expect(state.timeline.map(({ node, times }) => [node, times])).toEqual([
    ['m', 1],
    ['n', 2],
  ]);
});

test('the time line keeps its newest 120 entries', () => {
  const inputs = Array.from({ length: 130 }, (_, revision) => event('n', { type: 'snapshot', revision }));
  const { timeline }: ProofState = after(...inputs);
  expect(timeline).toHaveLength(120);
  expect(timeline[0]?.text).toContain('129');
});
