import { expect, test } from 'vitest';

import { loadMutant } from '../testing/sim/load-mutant.ts';
import { mutants } from '../testing/sim/mutants.ts';
import { simulate } from '../testing/sim/simulate.ts';
import type { SyncKit } from '../testing/sim/sync-kit.ts';

const seeds = 500;

/** The first seed that finds a fault, with the law that it broke. */
async function caught(kit: SyncKit): Promise<{ readonly seed: number; readonly law: string } | null> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violations } = await simulate(seed, kit);
    const [law] = violations;
    if (law !== undefined) return { seed, law };
  }
  return null;
}

test.each(mutants)('sync - the simulator catches: $name', { timeout: 120_000 }, async (mutant) => {
  const found = await caught(await loadMutant(mutant));
  console.info(`${mutant.name}: ${found === null ? 'not found' : `seed ${found.seed}: ${found.law.slice(0, 160)}`}`);
  expect(found, `${seeds} seeds did not find it`).not.toBeNull();
});
