import { expect, test } from 'vitest';

import { LogFloor } from './log-floor.ts';

function floorAt(seq: number): { readonly floor: LogFloor; readonly clock: { ms: number } } {
  const clock = { ms: 0 };
  return { floor: new LogFloor(seq, () => clock.ms), clock };
}

test('log floor - is raised, and never falls', () => {
  const { floor } = floorAt(3);
  floor.raise(7);
  floor.raise(5);
  expect([floor.seq, floor.limit(9, 100)]).toEqual([7, 9]);
});

test('log floor - stays below the oldest snapshot that is being read', () => {
  const { floor, clock } = floorAt(0);
  floor.hold(8);
  floor.hold(4);
  expect(floor.limit(9, 100)).toBe(4);
  clock.ms = 60;
  floor.hold(8);
  clock.ms = 110;
  expect(floor.limit(9, 100)).toBe(8);
});

test('log floor - nobody holds it for ever, whatever the clock does, nor where it is already higher', () => {
  const { floor, clock } = floorAt(2);
  floor.hold(1);
  expect(floor.limit(9, 100)).toBe(9);
  floor.hold(4);
  for (clock.ms = 0; clock.ms < 990; clock.ms += 90) floor.hold(4);
  expect(floor.limit(9, 100)).toBe(4);
  clock.ms = 1010;
  floor.hold(4);
  expect(floor.limit(9, 100)).toBe(9);
  floor.hold(5);
  clock.ms = -5000;
  expect(floor.limit(9, 100)).toBe(9);
});
