import { expect, test } from 'vitest';

import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { virtualPlatform } from '../testing/virtual-platform.ts';
import { createHostEvents } from './host-events.ts';

const eventsOf = () => {
  const platform = virtualPlatform();
  const local = { user: 'host:node-1', roles: ['host'], tenant: 'main' };
  const mesh = createMeshNode({ id: 'node-1', platform, local });
  return createHostEvents({ node: 'node-1', platform, mesh, trace: false });
};

test('who listens from within a listener hears of the next event: an event has an end', () => {
  const events = eventsOf();
  let heard = 0;
  const listen = (): void => {
    events.on(() => {
      heard += 1;
      if (heard < 1000) listen();
    });
  };
  listen();
  events.emit({ type: 'peers' });
  expect(heard).toBe(1);
  events.emit({ type: 'peers' });
  expect(heard).toBe(3);
});

test('a listener that another one ends within an event hears nothing of it', () => {
  const events = eventsOf();
  const heard: string[] = [];
  events.on(() => last.dispose());
  const last = events.on(() => void heard.push('last'));
  events.emit({ type: 'peers' });
  expect(heard).toEqual([]);
});
