/** Runs at most `limit` of the acts handed to it at a time, the others in the order in which they came. */
export function limitParallel(limit: number): <T>(act: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  return async (act) => {
    if (running >= limit) await new Promise<void>((enter) => waiting.push(enter));
    running += 1;
    try {
      return await act();
    } finally {
      leave();
    }
  };
}
