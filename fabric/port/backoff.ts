const baseMs = 200;
const capMs = 15_000;

/**
 * Milliseconds to wait after a failed attempt: doubling from 200 ms to 15 s, of which the upper half is jitter.
 * @param attempt the attempt that failed, from 1
 * @param random evenly from [0, 1)
 */
export function backoffMs(attempt: number, random: number): number {
  const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(ceilingMs * (0.5 + random / 2));
}
