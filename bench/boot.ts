import type { Browser, BrowserContext, Page } from '@playwright/test';

import { launch } from '../e2e/launch.ts';
import { withBrowser } from './bench-page.ts';
import { withFederationByHand } from './federation-by-hand.ts';
import { interleave } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

const ROUNDS = 9;
const REST_MS = 300;
const places = [
  { path: 'help', heading: 'Help' },
  { path: 'store', heading: 'The shop' },
];

type Place = (typeof places)[number];
type Watched = { benchPainted?: Promise<number> };

/** Runs in the page before all else: when the heading was painted, in ms since the navigation began. */
function watchHeading(heading: string): void {
  (globalThis as Watched).benchPainted = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector('main h1')?.textContent !== heading) return;
      observer.disconnect();
      // A message that is sent from the frame's callback is handled after the frame was painted.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
  });
}

async function visit(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return page.evaluate(async () => (await (globalThis as Watched).benchPainted) ?? Number.NaN);
}

async function openContext(browser: Browser, { heading }: Place): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watchHeading, heading);
  return { context, page };
}

/** Each visit is the first of its browser profile. */
function coldVisits(browser: Browser, origin: string, place: Place): Round {
  return async () => {
    const { context, page } = await openContext(browser, place);
    try {
      return await visit(page, origin + place.path);
    } finally {
      await context.close();
    }
  };
}

/** Visits of somebody who has been here before; the first two make him so, the third warms up. */
async function warmVisits(browser: Browser, origin: string, place: Place): Promise<Round> {
  const { page } = await openContext(browser, place);
  const again = async (): Promise<number> => {
    const tookMs = await visit(page, origin + place.path);
    await page.waitForTimeout(REST_MS);
    return tookMs;
  };
  await again();
  await again();
  return again;
}

async function rowOf(name: string, ours: Round, byHand: Round): Promise<Row> {
  const [own, other] = await interleave([ours, byHand], ROUNDS);
  const value = own?.median ?? Number.NaN;
  const bare = other?.median ?? Number.NaN;
  const peer = `single-spa and Module Federation by hand (${Math.round(bare)} ms)`;
  return { name, value, unit: 'ms', limit: null, peer, ratio: value / bare, ok: true, spread: own?.spread ?? 0 };
}

async function compare(browser: Browser, ours: string, byHand: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const place of places) {
    const cold = (origin: string): Round => coldVisits(browser, origin, place);
    const warm = (origin: string): Promise<Round> => warmVisits(browser, origin, place);
    rows.push(await rowOf(`boot to /${place.path}, first visit`, cold(ours), cold(byHand)));
    rows.push(await rowOf(`boot to /${place.path}, later visits`, await warm(ours), await warm(byHand)));
  }
  return rows;
}

async function run(): Promise<readonly Row[]> {
  const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  try {
    const ours = demo.url.replace(/\/?$/, '/');
    return await withFederationByHand((byHand) => withBrowser((browser) => compare(browser, ours, byHand)));
  } finally {
    await demo.stop();
  }
}

/** From the start of a navigation until the application's heading is painted, in the real shell and in a page made by hand. */
export const boot: Group = {
  name: 'boot',
  run,
  remark:
    'Boot: all servers compress and cache alike. Before it paints ours also asks for configuration, session and catalogue, and hashes every file that it runs; at the same time it starts a host with IndexedDB and a realm in workers, and stores the builds for offline. The page by hand has its data in the page, and none of this.',
};
