/** The median and the longest of some times, and both in words. */
export function worstAndMedian(times: readonly number[]): {
  readonly medianMs: number;
  readonly worstMs: number;
  readonly text: string;
} {
  const sorted = [...times].sort((a, b) => a - b);
  const medianMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const worstMs = sorted[sorted.length - 1] ?? 0;
  return { medianMs, worstMs, text: `${medianMs} ms in the median, ${worstMs} ms at worst` };
}
