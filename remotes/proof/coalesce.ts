/**
 * Runs work once at a time: a call while it runs makes it run once more afterwards, however many there were.
 * `run` must not reject.
 */
export function coalesce(run: () => Promise<void>): () => void {
  let isRunning = false;
  let isWanted = false;
  const start = async () => {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await run();
    }
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void start();
  };
}
