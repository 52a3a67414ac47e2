import fc from 'fast-check';
import { test } from 'vitest';

import { Twins, type Act } from '../testing/compaction-twins.ts';
import { dayMs } from '../testing/compaction-world.ts';
import type { OpDraft } from './sync-api.ts';

const id = fc.constantFrom('a', 'b', 'c');
const kind = fc.constantFrom<OpDraft['kind']>('create', 'update', 'update', 'delete');
const long = 365 * dayMs;
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('submit' as const), kind, id, hasRequest: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('push' as const), kind, id, many: fc.constantFrom(1, 2, 60, 110) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('compact' as const),
      options: fc.record({
        keptLatest: fc.constantFrom(0, 5),
        logEntries: fc.constantFrom(0, 2, 50, 1000),
        logMs: fc.constantFrom(0, long),
        tombstonesMs: fc.constantFrom(0, long),
        requestsMs: fc.constant(long),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const) }) },
);

test('compaction - at any moment it changes nothing that can be seen, but for pulls from below the floor', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
      const twins = new Twins();
      await twins.open();
      for (const each of acts) await twins.do(each);
      await twins.check();
      await twins.open();
      await twins.check();
    }),
    { numRuns: 60 },
  );
});
