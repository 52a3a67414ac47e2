import type { Browser } from '@playwright/test';

import { client, launch } from '../launch.ts';
import type { Running } from '../launch.ts';
import { idOf, orderByRest, orderInShop, untilOrder } from '../orders.ts';
import { placeHeld, untilHeld } from './held-models.ts';
import { losablePage } from './losable-page.ts';
import type { LosablePage } from './losable-page.ts';
import { ports } from './scenario.ts';
import type { Death, OrderWorld } from './scenario.ts';
import { exportSite, serveProbe } from './site.ts';

/** A world with all that was started for it. */
export interface OpenWorld extends OrderWorld {
  close(): Promise<void>;
}

/** Where the same story is told; each opens a demo of its own. */
export const worlds: readonly { readonly name: string; open(browser: Browser): Promise<OpenWorld> }[] = [
  { name: 'Node alone', open: nodeAlone },
  { name: 'a browser as owner', open: browserAsOwner },
  { name: 'a browser alone', open: browserAlone },
];

const server = /^server-/;
const browsers = /^browser-/;

/** What is placed by REST goes its way on the server. */
async function nodeAlone(): Promise<OpenWorld> {
  const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  const call = await client(demo.url, 'ada');
  return {
    demo,
    call,
    nodes: ports.map(() => server),
    place: async (note) => (await orderByRest(call, note)).id,
    kill: () => killServer(demo),
    until: (id, isAsWanted) => untilOrder(call, id, isAsWanted),
    close: () => demo.stop(),
  };
}

/** A browser in front of a Node authority: its worker runs all but the payment, which is placed at the server. */
async function browserAsOwner(browser: Browser): Promise<OpenWorld> {
  const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  const call = await client(demo.url, 'ada');
  const context = await browser.newContext();
  const shop = await losablePage(context, async (page) => void (await page.goto(`${demo.url}/store`)));
  return {
    demo,
    call,
    nodes: ports.map((port) => (port === 'completePayment' ? server : browsers)),
    place: async (note) => idOf(await orderInShop(shop.current(), note)),
    kill: (port, death) => (port === 'completePayment' ? killServer(demo) : losePage(shop, death)),
    until: (id, isAsWanted) => untilOrder(call, id, isAsWanted),
    async close() {
      await context.close();
      await demo.stop();
    },
  };
}

/** A browser that puts its orders in order by itself: the payment too runs there, for there is no server. */
async function browserAlone(browser: Browser): Promise<OpenWorld> {
  const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  const call = await client(demo.url, 'ada');
  const [probe, site] = await Promise.all([serveProbe(), exportSite(demo.url, 'ada')]);
  const context = await browser.newContext();
  const alone = await losablePage(context, (page) => probe.open(page, site.url));
  return {
    demo,
    call,
    nodes: ports.map(() => browsers),
    place: (note) => placeHeld(alone.current(), note),
    kill: (_, death) => losePage(alone, death),
    until: (id, isAsWanted) => untilHeld(alone.current(), id, isAsWanted),
    async close() {
      await context.close();
      await Promise.all([site.close(), probe.close(), demo.stop()]);
    },
  };
}

async function killServer(demo: Running): Promise<void> {
  const { pid } = await demo.health();
  process.kill(pid, 'SIGKILL');
  await demo.reborn(pid);
}

async function losePage(page: LosablePage, death: Death): Promise<void> {
  await (death === 'crash' ? page.crash() : page.close());
  await page.reopen();
}
