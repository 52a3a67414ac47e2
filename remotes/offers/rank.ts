/** An offer's place among all, and what it is worth. */
export type RankedOffer = { readonly offer: number; readonly score: number };

/** The best offers, and a number that differs when any offer's place does. */
export type Ranking = {
  readonly best: readonly RankedOffer[];
  readonly checksum: number;
  readonly rows: number;
};

/** price, days until delivery, distance: less is better; rating, stock: more is better */
const weights = [-0.35, -0.2, -0.1, 0.25, 0.1] as const;
const scales = [1000, 30, 500, 5, 10_000] as const;
const shown = 10;

/**
 * Ranks offers that a seeded generator makes: each of five criteria gives a percentile among all rows, their weighted
 * sum is the score. The WebAssembly module reckons the same, operation by operation.
 */
export function rankOffers(seed: number, rows: number): Ranking {
  const random = generator(seed);
  const columns = scales.map((scale) => Float64Array.from({ length: rows }, () => random() * scale));
  const scores = new Float64Array(rows);
  columns.forEach((values, criterion) => addPercentiles(scores, values, weights[criterion] ?? 0));
  const order = sortedBy(scores);
  const best = Array.from(order.slice(Math.max(0, rows - shown)).reverse(), (offer) => ({
    offer,
    score: scores[offer] ?? 0,
  }));
  return { best, checksum: checksumOf(order), rows };
}

/** Equal values have equal percentiles: that of the first of them. */
function addPercentiles(scores: Float64Array, values: Float64Array, weight: number): void {
  const order = sortedBy(values);
  const last = Math.max(1, order.length - 1);
  let first = 0;
  for (let place = 0; place < order.length; place += 1) {
    const row = order[place] as number;
    if (values[row] !== values[order[first] as number]) first = place;
    scores[row] = (scores[row] as number) + (weight * first) / last;
  }
}

/** The rows in ascending order of their values, by merging; equal ones stay in the order of their numbers. */
function sortedBy(values: Float64Array): Int32Array {
  let from = Int32Array.from({ length: values.length }, (_, row) => row);
  let into = new Int32Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) merge(from, into, { values, start, width });
    [from, into] = [into, from];
  }
  return from;
}

interface Runs {
  readonly values: Float64Array;
  readonly start: number;
  readonly width: number;
}

function merge(from: Int32Array, into: Int32Array, { values, start, width }: Runs): void {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let left = start;
  let right = middle;
  for (let place = start; place < end; place += 1) {
    const a = from[left] as number;
    const b = from[right] as number;
    const isLeft = left < middle && (right >= end || (values[a] as number) <= (values[b] as number));
    into[place] = isLeft ? a : b;
    if (isLeft) left += 1;
    else right += 1;
  }
}

function checksumOf(order: Int32Array): number {
  return order.reduce((sum, row) => (Math.imul(sum, 31) + row) | 0, 7);
}

/** Numbers from 0 to 1 out of a seed: Marsaglia's xorshift of 32 bits. */
function generator(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
