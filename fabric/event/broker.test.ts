import { expect, test } from 'vitest';

import { createBroker } from './broker.ts';

test('handlers see events in order, also those that a handler emits', () => {
  const seen: string[] = [];
  const broker = createBroker<{ name: string }>((error) => {
    throw error;
  });
  broker.on('a', () => broker.emit({ name: 'b' }));
  broker.on('*', ({ name }) => void seen.push(name));
  broker.emit({ name: 'a' });
  expect(seen).toEqual(['a', 'b']);
});

test('a disposed handler is called no more, even within the same event', () => {
  const seen: string[] = [];
  const broker = createBroker<{ name: string }>(() => undefined);
  broker.on('a', () => second.dispose());
  const second = broker.on('a', () => void seen.push('second'));
  broker.emit({ name: 'a' });
  second.dispose();
  expect(seen).toEqual([]);
});

test('a handler that throws or rejects is reported and costs nobody else', async () => {
  const errors: unknown[] = [];
  const seen: string[] = [];
  const broker = createBroker<{ name: string }>((error) => errors.push(error));
  broker.on('a', () => {
    throw new Error('thrown');
  });
  broker.on('a', () => Promise.reject(new Error('rejected')));
  broker.on('a', () => void seen.push('third'));
  broker.emit({ name: 'a' });
  await expect.poll(() => errors.length).toBe(2);
  expect(seen).toEqual(['third']);
});
