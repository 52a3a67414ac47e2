import type { Adapter } from '@testudo/fabric';

import { rankOffers as rank } from './rank.ts';

/** Implements an offer's port `rankOffers`: with the argument's `seed` and `rows`, or with the object's own. */
export const rankOffers: Adapter =
  () =>
  ({ model, args: [given] }) => {
    const { seed, rows } = { ...model.fields, ...(given as object | undefined) } as { seed: number; rows: number };
    if (!(rows >= 1 && rows <= 1_000_000))
      throw Object.assign(new Error('rows must be 1 to 1000000'), { code: 'VALIDATION' });
    return { ...rank(seed, rows) };
  };

/** Serves where the engine compiles no WebAssembly. */
export const rankOffersWasm: Adapter = rankOffers;
