import type { HostEvent } from '@testudo/fabric/host/host-api';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { Query } from '@testudo/fabric/store/query-api';
import { expect, test } from 'vitest';

import { watchModel } from './model-watch.ts';

function state(id: string, version: number, deleted = false): ObjectState {
  return { id, version, deleted, modelName: 'order' } as ObjectState;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A host with `listed` objects, whose events and frames the test makes. */
function fakeHost(query: Query = {}, onError = (error: unknown): void => expect.unreachable(String(error))) {
  const lists: ((page: unknown) => void)[] = [];
  const frames: (() => void)[] = [];
  let tell = (_event: HostEvent): void => undefined;
  let attached = (): void => undefined;
  const seen: string[] = [];
  const watch = watchModel({
    modelName: 'order',
    query,
    client: {
      call: (() => new Promise((resolve) => lists.push(resolve as never))) as never,
      onAttached: (listener) => ((attached = listener), { dispose: () => undefined }),
    },
    events: { on: (listener) => ((tell = listener), { dispose: () => undefined }) },
    frame: (callback) => frames.push(callback),
    onError,
    listener: (states) => seen.push(states.map(({ id, version }) => `${id}${version}`).join(' ')),
  });
  return {
    seen,
    watch,
    attach: () => attached(),
    async fail(error: Error) {
      lists.shift()!(Promise.reject(error));
      await settled();
    },
    async list(...states: ObjectState[]) {
      lists.shift()!({ objects: states, next: null });
      await settled();
    },
    object: (each: ObjectState) => tell({ type: 'object', modelName: each.modelName, state: each } as HostEvent),
    frame: () => frames.splice(0).forEach((callback) => callback()),
    waiting: () => lists.length,
  };
}

test('lists once, then follows events, at most once a frame', async () => {
  const host = fakeHost();
  await host.list(state('b', 1), state('a', 1));
  host.frame();
  host.object(state('a', 2));
  host.object(state('c', 1));
  host.object(state('b', 1, true));
  host.frame();
  expect(host.seen).toEqual(['a1 b1', 'a2 c1']);
  expect(host.waiting()).toBe(0);
});

test('an event during a listing makes it list again', async () => {
  const host = fakeHost();
  host.object(state('a', 2));
  await host.list(state('a', 1));
  host.frame();
  await host.list(state('a', 2));
  host.frame();
  expect(host.seen).toEqual(['a1', 'a2']);
});

test('another host is listed anew', async () => {
  const host = fakeHost();
  await host.list(state('a', 1));
  host.attach();
  await host.list(state('a', 4));
  host.frame();
  expect(host.seen).toEqual(['a4']);
});

test('nothing is delivered after the end, and other models do not matter', async () => {
  const host = fakeHost();
  await host.list(state('a', 1));
  host.frame();
  host.object({ ...state('x', 1), modelName: 'customer' });
  host.object(state('a', 2));
  host.watch.dispose();
  host.frame();
  expect(host.seen).toEqual(['a1']);
});

test('another answer than everything is asked for anew after each change, and keeps its order', async () => {
  const host = fakeHost({ sort: ['-note'] });
  await host.list(state('b', 1), state('a', 1));
  host.frame();
  host.object(state('c', 1));
  await host.list(state('c', 1), state('b', 1), state('a', 1));
  host.frame();
  expect(host.seen).toEqual(['b1 a1', 'c1 b1 a1']);
});

test('an answer that includes other objects is asked for anew when one of those may have changed', async () => {
  const host = fakeHost({ include: ['customer'] });
  await host.list(state('a', 1));
  host.frame();
  host.object({ ...state('x', 1), modelName: 'customer' });
  await host.list(state('a', 2));
  host.frame();
  expect(host.seen).toEqual(['a1', 'a2']);
});

test('after a listing that failed nothing is told until one succeeds', async () => {
  const errors: unknown[] = [];
  const host = fakeHost({}, (error) => errors.push(error));
  const silent = new Error('the store does not answer');
  await host.fail(silent);
  host.object(state('b', 1));
  host.frame();
  expect([host.seen, errors, host.waiting()]).toEqual([[], [silent], 1]);
  await host.list(state('a', 1), state('b', 1));
  host.frame();
  expect(host.seen).toEqual(['a1 b1']);
});
