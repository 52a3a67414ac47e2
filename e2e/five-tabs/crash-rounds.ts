import type { Page } from '@playwright/test';

import { everyOrder } from '../crash/every-order.ts';
import { until } from '../launch.ts';
import type { Running } from '../launch.ts';
import { untilWaiting } from '../order-flow/held-models.ts';
import { serveProbe } from '../order-flow/site.ts';
import { openLedger } from '../crash/ledger.ts';
import type { Account, Ledger, Write } from '../crash/ledger.ts';
import { openProfile } from './profile.ts';
import type { Leading } from './profile.ts';
import { stopInCommit } from './stop-in-commit.ts';
import type { Stop } from './stop-in-commit.ts';
import { endStream, noteWrites, startStream } from './stream-writes.ts';

/** Where the leader is when it crashes, in turn; `null`: anywhere. */
const stops: readonly (Stop | null)[] = ['after its end', 'before its end', null];
const TABS = 5;
const AT_ONCE = 4;
const WRITES_EACH = 3;

/** One crash of the leading tab. */
export interface Crash {
  /** calls of the other tabs that were under way */
  readonly underWay: number;
  /** from the crash to the first acknowledgement of a write that was under way or began later */
  readonly readyMs: number;
  /** from the crash until all that was under way elsewhere was answered */
  readonly answeredMs: number;
}

export interface CrashOutcome extends Account {
  readonly crashes: readonly Crash[];
  /** writes that rejected, which none may */
  readonly failed: readonly string[];
}

/**
 * Has five tabs of one profile write orders and change them without a pause, and the leading one's process crash, round
 * after round; then compares what was acknowledged with what the server has.
 */
export async function crashLeaders(demo: Running, rounds: number): Promise<CrashOutcome> {
  const ledger = openLedger();
  const failed: string[] = [];
  const probe = await serveProbe();
  let opened = 0;
  const open = async (page: Page): Promise<void> => {
    await noteWrites(page, ledger, (text) => failed.push(text));
    await probe.open(page, demo.url);
    opened += 1;
    await startStream(page, { prefix: `tab${opened}`, atOnce: AT_ONCE, writesEach: WRITES_EACH });
  };
  const profile = await openProfile({ tabs: TABS, open });
  try {
    const crashes: Crash[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const goal = answeredIn(ledger) + 20 + ((round * 7) % 40);
      await until('enough writes', async () => (answeredIn(ledger) >= goal ? true : undefined));
      const leading = profile.leading();
      crashes.push(await crash(leading, ledger, stops[round % stops.length] ?? null));
      await leading.tab.reopen();
    }
    await Promise.all(profile.tabs.map((tab) => endStream(tab.current())));
    await untilWaiting(profile.leading().page, 0);
    return { ...ledger.balance(await everyOrder(demo.url, 'ada')), crashes, failed };
  } finally {
    await profile.close();
    await probe.close();
  }
}

const answeredIn = (ledger: Ledger): number => ledger.all().filter(({ answered }) => answered).length;

/** Has the leading tab's process crash. Resolves when the others work on. */
async function crash({ tab, host, followers }: Leading, ledger: Ledger, stop: Stop | null): Promise<Crash> {
  const isTheirs = await ownKeys(followers);
  if (stop) await stopInCommit(host, followers[0], stop);
  const open = ledger.all().filter(({ key, answered }) => !answered && isTheirs(key));
  const crashedMs = Date.now();
  await tab.crash();
  const answered = await Promise.all(open.map((write) => answerTo(write, ledger)));
  const first = await until('a write after the crash', async () =>
    ledger.all().find((write) => write.beganMs > crashedMs && write.answered),
  );
  return {
    underWay: open.length,
    readyMs: (first.answered?.atMs ?? 0) - crashedMs,
    answeredMs: Math.max(0, ...answered.map((atMs) => atMs - crashedMs)),
  };
}

/** When a write was answered; waits for that. */
function answerTo({ key, number }: Write, ledger: Ledger): Promise<number> {
  return until(`an answer to ${key}:${number}`, async () => {
    const write = ledger.all().find((each) => each.key === key && each.number === number);
    return write?.answered?.atMs;
  });
}

/** Whether a key is of one of these tabs. */
async function ownKeys(pages: readonly Page[]): Promise<(key: string) => boolean> {
  const prefixes = await Promise.all(
    pages.map((page) => page.evaluate(() => (window as unknown as { streamPrefix: string }).streamPrefix)),
  );
  return (key) => prefixes.some((prefix) => key.startsWith(`${prefix}-`));
}
