import { expect, test } from 'vitest';

import { virtualPlatform } from '../testing/virtual-platform.ts';
import { createBroker, type Broker } from './broker.ts';

interface Event {
  readonly name: string;
}

function world(options: { readonly maxHops?: number } = {}): {
  readonly broker: Broker<Event>;
  readonly seen: string[];
  readonly errors: unknown[];
  readonly platform: ReturnType<typeof virtualPlatform>;
  note(mark?: string): (event: Event) => void;
} {
  const seen: string[] = [];
  const errors: unknown[] = [];
  const platform = virtualPlatform();
  const broker = createBroker<Event>({ ...options, onError: (error) => errors.push(error), timer: platform.timer });
  return {
    broker,
    seen,
    errors,
    platform,
    note:
      (mark = '') =>
      ({ name }) =>
        void seen.push(mark + name),
  };
}

test('handlers see events in order, also those that a handler emits', () => {
  const { broker, seen, note } = world();
  broker.on('a', () => broker.emit({ name: 'b' }));
  broker.on('*', note());
  broker.emit({ name: 'a' });
  expect(seen).toEqual(['a', 'b']);
});

test('names match exactly, by * and by RegExp; a text is never taken for a RegExp', () => {
  const { broker, seen, note } = world();
  broker.on('order.picked', note('exact '));
  broker.on('order.*', note('wild '));
  broker.on('*.p*ed', note('inner '));
  broker.on(/^order\.(picked|paid)$/g, note('regexp '));
  broker.on('order.p.*d', note('never '));
  for (const name of ['order.picked', 'order.picked', 'order.paid', 'orderXpicked', 'item.posted'])
    broker.emit({ name });
  const both = ['exact order.picked', 'wild order.picked', 'inner order.picked', 'regexp order.picked'];
  expect(seen).toEqual([...both, ...both, 'wild order.paid', 'regexp order.paid', 'inner item.posted']);
});

test('a disposed handler is called no more, even within the same event', () => {
  const { broker, seen, note } = world();
  broker.on('a', () => second.dispose());
  const second = broker.on('a', note('second '));
  broker.emit({ name: 'a' });
  second.dispose();
  expect(seen).toEqual([]);
});

test('the same handler twice is two subscriptions; ending one leaves the other', () => {
  const { broker, seen, note } = world();
  const handler = note();
  const first = broker.on('a', handler);
  broker.on('a', handler);
  first.dispose();
  first.dispose();
  broker.emit({ name: 'a' });
  expect(seen).toEqual(['a']);
});

test('a handler that throws or rejects is reported and costs nobody else', async () => {
  const { broker, seen, errors, note } = world();
  broker.on('a', () => {
    throw new Error('thrown');
  });
  broker.on('a', () => Promise.reject(new Error('rejected')));
  broker.on('a', note(), {
    filter: () => {
      throw new Error('filter');
    },
  });
  broker.on('a', note('last '));
  broker.emit({ name: 'a' });
  await expect.poll(() => errors.length).toBe(3);
  expect(seen).toEqual(['last a']);
});

test('once, filter and ignore: what does not pass does not count', () => {
  const { broker, seen, note } = world();
  broker.on('*', note('once '), { once: true, filter: ({ name }) => name !== 'a' });
  broker.on('*', note('ignoring '), { ignore: ['b'] });
  for (const name of ['a', 'b', 'c']) broker.emit({ name });
  expect(seen).toEqual(['ignoring a', 'once b', 'ignoring c']);
});

test('a delayed event comes when its time has passed, unless the subscription has ended', () => {
  const { broker, seen, platform, note } = world();
  const ended = broker.on('a', note('ended '), { delayMs: 50 });
  broker.on('a', note('delayed '), { delayMs: 100 });
  broker.on('a', note('once '), { delayMs: 100, once: true });
  broker.emit({ name: 'a' });
  broker.emit({ name: 'a' });
  ended.dispose();
  platform.pass(99);
  expect(seen).toEqual([]);
  platform.pass(1);
  expect(seen).toEqual(['delayed a', 'once a', 'delayed a']);
});

test('a signal ends a subscription; one that has fired begins none', () => {
  const { broker, seen, note } = world();
  const controller = new AbortController();
  broker.on('a', note(), { signal: controller.signal });
  const ended = new AbortController();
  const removed: string[] = [];
  ended.signal.removeEventListener = (type: string) => void removed.push(type);
  broker.on('a', note(), { signal: ended.signal }).dispose();
  expect(removed).toEqual(['abort']);
  controller.abort();
  broker.on('a', note(), { signal: controller.signal });
  broker.emit({ name: 'a' });
  expect(seen).toEqual([]);
});

test('a chain of events that never ends is ended with a coded error, and others go on', () => {
  const { broker, seen, errors, note } = world({ maxHops: 5 });
  broker.on('loop', () => broker.emit({ name: 'loop' }));
  broker.on('*', note());
  broker.emit({ name: 'loop' });
  expect(seen).toHaveLength(6);
  expect(errors).toMatchObject([{ code: 'TOO_DEEP' }]);
  broker.emit({ name: 'other' });
  expect(seen.at(-1)).toBe('other');
  expect(() => broker.emit({ name: 'late' }, 6)).toThrow(/led to by 6 events/);
});

test('whoever cannot even be told of a failure ends that event, and not the broker', () => {
  const seen: string[] = [];
  const broker = createBroker<Event>({
    onError: () => {
      throw new Error('no log');
    },
  });
  broker.on('a', () => {
    throw new Error('ill');
  });
  broker.on('b', ({ name }) => void seen.push(name));
  expect(() => broker.emit({ name: 'a' })).toThrow('no log');
  broker.emit({ name: 'b' });
  expect(seen).toEqual(['b']);
});

test('once, a filter, a delay and a signal together: the first that passes comes once, unless the signal ends it', () => {
  const { broker, seen, platform, note } = world();
  const end = new AbortController();
  const filter = ({ name }: Event): boolean => name !== 'a';
  const options = { once: true, delayMs: 10, filter } as const;
  broker.on(/^[abc]$/g, note('kept '), options);
  broker.on(/^[abc]$/y, note('ended '), { ...options, signal: end.signal });
  for (const name of ['a', 'b', 'c', 'b']) broker.emit({ name });
  end.abort();
  platform.pass(10);
  broker.emit({ name: 'c' });
  platform.pass(10);
  expect(seen).toEqual(['kept b']);
  expect(platform.timers).toBe(0);
});

test('who subscribes while an event is handed on gets the next one', () => {
  const { broker, seen, note } = world();
  broker.on('a', () => void broker.on('a', note('later ')), { once: true });
  broker.emit({ name: 'a' });
  expect(seen).toEqual([]);
  broker.emit({ name: 'a' });
  expect(seen).toEqual(['later a']);
});
