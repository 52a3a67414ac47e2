import { virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, test } from 'vitest';

import { createArrival } from './arrival.ts';

/** A host that is started again whenever it is time; `tries` are the times of that. */
function setUp(start: (arrival: ReturnType<typeof createArrival>) => void = (arrival) => arrival.begin()) {
  const platform = virtualPlatform();
  const [tries, missing]: [number[], string[]] = [[], []];
  const arrival = createArrival({
    platform,
    again() {
      tries.push(platform.now() / 1000);
      start(arrival);
    },
    onMissing: (isMissing) => missing.push(`${isMissing ? 'missing' : 'there'} ${platform.now() / 1000}`),
  });
  start(arrival);
  return { platform, arrival, tries, missing };
}

test('a host that hangs counts as missing after ten seconds, and each try has longer', () => {
  const { platform, tries, missing } = setUp();
  platform.pass(200_000);
  expect([tries, missing]).toEqual([[15, 45, 105, 165], ['missing 10']]);
});

test('a host that cannot be had counts as missing after ten seconds, and is asked for ever more rarely', () => {
  const { platform, tries, missing } = setUp((arrival) => {
    arrival.begin();
    arrival.failed();
  });
  platform.pass(80_000);
  expect([tries, missing]).toEqual([[5, 15, 35, 55, 75], ['missing 10']]);
});

test('a host that comes is not started again, and the next wait begins anew', () => {
  const { platform, arrival, tries, missing } = setUp();
  platform.pass(40_000);
  arrival.end();
  expect(platform.timers).toBe(0);
  platform.pass(60_000);
  arrival.begin();
  platform.pass(14_000);
  expect([tries, missing]).toEqual([[15], ['missing 10', 'there 40', 'missing 110']]);
});

test('a host that had come and says that it cannot begin counts as missing at once', () => {
  const { platform, arrival, tries, missing } = setUp();
  arrival.end();
  arrival.failed();
  platform.pass(5000);
  expect([tries, missing]).toEqual([[5], ['missing 0']]);
});
