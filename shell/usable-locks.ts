/** The browser's locks; where it lets this site have none, those of a tab that is by itself. */
export async function usableLocks(): Promise<LockManager> {
  try {
    await navigator.locks.request('testudo-probe', { mode: 'shared' }, () => undefined);
    return navigator.locks;
  } catch {
    return loneLocks; // refused: this tab cannot agree with any other
  }
}

/** Every lock is free at once, so that a tab runs its own host. Nobody can tell what other tabs hold: `held` is not known. */
const loneLocks: LockManager = {
  async request(name: string, options: unknown, callback?: (lock: Lock) => unknown) {
    const act = callback ?? (options as (lock: Lock) => unknown);
    return act({ name, mode: 'exclusive' });
  },
  query: async () => ({}),
} as LockManager;
