import type { Page } from '@playwright/test';

import { everyOrder } from '../crash/every-order.ts';
import { openLedger } from '../crash/ledger.ts';
import type { Account, Ledger } from '../crash/ledger.ts';
import { endStream, noteWrites, startStream } from '../five-tabs/stream-writes.ts';
import type { Running } from '../launch.ts';
import { untilWaiting } from '../order-flow/held-models.ts';
import { serveProbe } from '../order-flow/site.ts';
import { goOffline } from '../ready-offline.ts';
import { killableBrowser } from './killable-browser.ts';
import type { BrowserLife } from './killable-browser.ts';

const AT_ONCE = 4;
const WRITES_EACH = 3;

/** One life of the browser, up to its end by SIGKILL. */
export interface Killing {
  /** whether it was cut off from the server: what was acknowledged is on its disk alone */
  readonly isOffline: boolean;
  /** writes that were acknowledged in it; the last of them is when it was killed */
  readonly acknowledged: number;
  /** processes that were killed */
  readonly processes: number;
  /** from the next start to that life's first acknowledgement */
  readonly readyMs: number;
}

export interface KillOutcome extends Account {
  readonly killings: readonly Killing[];
  /** writes that rejected, which none may */
  readonly failed: readonly string[];
}

/**
 * Has a page write orders and change them without a pause, by turns cut off from the server and not, and the whole
 * browser killed at the moment of an acknowledgement and started again with the same profile, round after round; then
 * compares what was acknowledged with what the server has.
 */
export async function killBrowsers(demo: Running, rounds: number): Promise<KillOutcome> {
  const ledger = openLedger();
  const failed: string[] = [];
  const probe = await serveProbe();
  const acknowledgements = countdown();
  const browser = killableBrowser(async (page) => {
    await noteWrites(page, acknowledgements.counting(ledger), (text) => failed.push(text));
    await probe.open(page, demo.url);
    await page.locator('#status[data-status="online"], #status[data-status="syncing"]').waitFor();
  });
  const lives: Omit<Killing, 'readyMs'>[] = [];
  const readyMs: number[] = [];
  try {
    for (let round = 0; ; round += 1) {
      const beganMs = Date.now();
      const life = await browser.start();
      const isLast = round === rounds;
      const isOffline = round % 2 === 0 && !isLast;
      if (isOffline) await cutOff(life.page);
      const acknowledged = 20 + ((round * 7) % 40);
      const ended = acknowledgements.after(acknowledged, () => (isLast ? Promise.resolve(0) : life.kill()));
      await startStream(life.page, { prefix: `life${round}`, atOnce: AT_ONCE, writesEach: WRITES_EACH });
      const processes = await ended;
      readyMs.push(firstAnswerMs(ledger, round) - beganMs);
      if (isLast) return { ...(await settle(life, demo, ledger)), killings: inFull(lives, readyMs), failed };
      lives.push({ isOffline, acknowledged, processes });
    }
  } finally {
    browser.remove();
    await probe.close();
  }
}

/** Counts acknowledgements, and acts within the one that was waited for. */
function countdown() {
  let left = Infinity;
  let reached = (): void => undefined;
  return {
    counting: (ledger: Ledger): Ledger => ({
      ...ledger,
      answered(...answer) {
        ledger.answered(...answer);
        left -= 1;
        if (left === 0) reached();
      },
    }),
    /** Resolves with what `act` brought; it is called after so many more. */
    after: <T>(count: number, act: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        left = count;
        reached = () => void act().then(resolve, reject);
      }),
  };
}

async function cutOff(page: Page): Promise<void> {
  await goOffline(page);
  await page.locator('#status[data-status="offline"]').waitFor();
}

/** The next life's time belongs to the kill before it. */
function inFull(lives: readonly Omit<Killing, 'readyMs'>[], readyMs: readonly number[]): readonly Killing[] {
  return lives.map((life, index) => ({ ...life, readyMs: readyMs[index + 1] ?? 0 }));
}

/** When a life's first write was acknowledged. */
function firstAnswerMs(ledger: Ledger, round: number): number {
  const own = ledger.all().filter(({ key }) => key.startsWith(`life${round}-`));
  return Math.min(...own.map(({ answered }) => answered?.atMs ?? Infinity));
}

/** Ends the last life in peace, once everything is sent. */
async function settle(life: BrowserLife, demo: Running, ledger: Ledger): Promise<Account> {
  await endStream(life.page);
  await untilWaiting(life.page, 0);
  const account = ledger.balance(await everyOrder(demo.url, 'ada'));
  await life.close();
  return account;
}
