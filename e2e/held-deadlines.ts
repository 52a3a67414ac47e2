import type { BrowserContext, Page } from '@playwright/test';

type Timer = ReturnType<typeof setTimeout>;
type Holding = Window & { passDeadlines?: () => void };

/**
 * Has no deadline pass in the pages that a profile opens from now on, until {@link passDeadlines}: what is shown before
 * one, however slow the machine, was not waiting for it.
 */
export async function holdDeadlines(context: BrowserContext): Promise<void> {
  await context.addInitScript(hold, 3000);
}

/** Has those of a page pass that were held; later ones take their time. */
export async function passDeadlines(page: Page): Promise<void> {
  await page.evaluate(() => (window as Holding).passDeadlines?.());
}

/** Runs in the page before all else. @param leastMs what a timer has that is a deadline, at least */
function hold(leastMs: number): void {
  const { setTimeout: start, clearTimeout: stop } = window;
  const held = new Map<Timer, () => void>();
  let isHolding = true;
  const startOrHold = (act: (...args: unknown[]) => void, delayMs = 0, ...given: unknown[]): Timer => {
    const run = (): void => act(...given);
    if (!isHolding || delayMs < leastMs) return start.call(window, run, delayMs);
    const id = start.call(window, () => undefined, 2 ** 31 - 1);
    held.set(id, run);
    return id;
  };
  const stopOrForget = (id?: Timer): void => {
    if (id !== undefined) held.delete(id);
    stop.call(window, id);
  };
  const passDeadlines = (): void => {
    isHolding = false;
    for (const act of held.values()) start.call(window, act);
    held.clear();
  };
  Object.assign(window, { setTimeout: startOrHold, clearTimeout: stopOrForget, passDeadlines });
}
