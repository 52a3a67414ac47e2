import { expect, test } from 'vitest';

import { loadMutant } from '../testing/sim/load-mutant.ts';
import { mutants, type Mutant } from '../testing/sim/mutants.ts';
import { planOf } from '../testing/sim/plan-arbitrary.ts';
import { simulate } from '../testing/sim/simulate.ts';
import type { SyncKit } from '../testing/sim/sync-kit.ts';

const seeds = 500;

/** Every seed once; first the one that is known to find it. */
function* order({ seed }: Mutant): Generator<number> {
  if (seed !== undefined) yield seed;
  for (let next = 1; next <= seeds; next += 1) if (next !== seed) yield next;
}

/** The first seed that finds a fault, with the law that it broke. */
async function caught(mutant: Mutant, kit: SyncKit): Promise<{ readonly seed: number; readonly law: string } | null> {
  for (const seed of order(mutant)) {
    const [law] = (await simulate(planOf(seed), kit)).violations;
    if (law !== undefined) return { seed, law };
  }
  return null;
}

test.each(mutants)('sync - the simulator catches: $name', { timeout: 600_000 }, async (mutant) => {
  const found = await caught(mutant, await loadMutant(mutant));
  console.info(`${mutant.name}: ${found === null ? 'not found' : `seed ${found.seed}: ${found.law.slice(0, 160)}`}`);
  expect(found, `${seeds} seeds did not find it`).not.toBeNull();
});
