/** A stream of numbers that is the same for the same seed. */
export interface Random {
  /** 0 up to, without, 1 */
  next(): number;
  /** a whole number, both ends included */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** @see mulberry32 by Tommy Ettinger, 2017 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
  };
}

/** A stream of its own for each name: what one part of a run draws changes nothing for the others. */
export function namedRandom(seed: number, name: string): Random {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return seededRandom(hash ^ (hash >>> 15));
}
