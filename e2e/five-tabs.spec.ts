import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AppProps } from '@testudo/fabric';

import { everyOrder } from './crash/every-order.ts';
import { crashLeaders } from './five-tabs/crash-rounds.ts';
import { hostWorkerOf, openProfile } from './five-tabs/profile.ts';
import type { Profile } from './five-tabs/profile.ts';
import { rendererOf } from './five-tabs/renderer.ts';
import { standStill } from './five-tabs/stuck-host.ts';
import { worstAndMedian } from './crash/times.ts';
import { countWriters, ownersSoFar } from './five-tabs/writers.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { untilWaiting } from './order-flow/held-models.ts';
import { serveProbe } from './order-flow/site.ts';
import type { Probe } from './order-flow/site.ts';

const database = 'testudo-ada';
/** Generous: the machine is shared. What was seen is printed. */
const longMs = 30_000;

let demo: Running;
let probe: Probe;

test.beforeAll(async () => {
  [demo, probe] = await Promise.all([launch({ env: { TESTUDO_DEVICE: 'off' } }), serveProbe()]);
});
test.afterAll(async () => {
  await Promise.all([probe.close(), demo.stop()]);
});

function note(text: string): void {
  test.info().annotations.push({ type: 'seen', description: text });
  console.log(`five tabs: ${text}`);
}

/** Has a tab place an order. @returns how long that took, milliseconds */
function write(page: Page, text: string): Promise<number> {
  return page.evaluate(async (wanted) => {
    const beganMs = performance.now();
    const { models } = (window as unknown as { readonly heldProps: AppProps }).heldProps;
    const orderItems = [{ sku: 'tab', name: 'From a tab', qty: 1, priceCents: 500 }];
    await models.get('order').create({ orderItems, note: wanted });
    return Math.round(performance.now() - beganMs);
  }, text);
}

const pagesOf = (profile: Profile): readonly Page[] => profile.tabs.map((tab) => tab.current());

/** Waits until one page of a profile leads, and no other: of a host that was ended its page may hear a little later. */
async function expectLeading(profile: Profile, wanted: Page): Promise<void> {
  const leading = (): readonly number[] =>
    pagesOf(profile).flatMap((page, index) => (hostWorkerOf(page) === undefined ? [] : [index]));
  await expect.poll(leading).toEqual([pagesOf(profile).indexOf(wanted)]);
}

async function expectStored(notes: readonly string[]): Promise<void> {
  const wanted = [...notes].sort();
  await expect
    .poll(async () => {
      const stored = (await everyOrder(demo.url, 'ada')).map(({ fields }) => fields.note);
      return stored.filter((each) => notes.includes(each)).sort();
    })
    .toEqual(wanted);
}

test('five tabs of one browser: one socket, one writer; a leader that stood still writes nothing and follows', async () => {
  // A process that is stopped stops a service worker in it as well, which a tab that is frozen does not.
  const profile = await openProfile({
    tabs: 5,
    open: (page) => probe.open(page, demo.url),
    serviceWorkers: 'block',
  });
  const { opened: before } = await demo.health();
  const sockets = async (): Promise<readonly number[]> => {
    const { sockets: open, opened } = await demo.health();
    return [open, opened - before];
  };
  const pages = pagesOf(profile);

  await test.step('one host, one socket, one writer, whichever tab writes', async () => {
    const writers = await countWriters(pages);
    for (const [index, page] of pages.entries()) await write(page, `counted ${index}`);
    await expectStored(pages.map((_, index) => `counted ${index}`));
    const wrote = (await writers.counted()).filter(({ count }) => count > 0);
    expect(wrote).toEqual([{ url: `${demo.url}/host.js`, count: expect.any(Number) }]);
    expect(await ownersSoFar(pages[0]!, database)).toBe(1);
    await expect.poll(async () => (await sockets())[0]).toBe(1);
  });

  await test.step('what a tab takes', async () => {
    const { page: leader, followers } = profile.leading();
    for (const [role, page] of [
      ['the leading tab', leader],
      ['a following tab', followers[0]],
    ] as const) {
      const { privateMiB } = await rendererOf(page, profile.mark);
      const heapMiB = (await heapBytes(page)) / 2 ** 20;
      note(
        `${role}: ${privateMiB().toFixed(1)} MiB of its process alone, ${heapMiB.toFixed(1)} MiB of the page's heap`,
      );
    }
  });

  await test.step('a frozen leader: the others are answered; when it wakes its own write goes to the next, once', async () => {
    const { page: leader, followers } = profile.leading();
    const renderer = await rendererOf(leader, profile.mark);
    const late = write(leader, 'late');
    renderer.freeze();
    const tookMs = await Promise.all(followers.map((page, index) => write(page, `while frozen ${index}`)));
    renderer.wake();
    note(`a leader was frozen: the calls of the others took ${worstAndMedian(tookMs).text}; its own ${await late} ms`);
    expect(Math.max(...tookMs)).toBeLessThan(longMs);
    await expect.poll(() => hostWorkerOf(leader) === undefined).toBe(true);
    expect(followers).toContain(profile.leading().page);
    await expectStored(['late', ...followers.map((_, index) => `while frozen ${index}`)]);
  });

  await test.step('a host that wakes under a stuck page is refused every write, and leaves the link alone', async () => {
    const { page: leader, host, followers } = profile.leading();
    await untilWaiting(leader, 0);
    const [, opened = 0] = await sockets();
    const stuck = await standStill({
      page: leader,
      host,
      witness: followers[0],
      hostMs: 5000,
      pageMs: 8000,
      ask: () => write(leader, 'found on waking'),
    });
    const tookMs = await Promise.all(followers.map((page, index) => write(page, `while stuck ${index}`)));
    note(`a leader was stuck: the calls of the others took ${worstAndMedian(tookMs).text}`);
    await stuck.over;
    expect(await stuck.refusals()).toBeGreaterThan(0);
    await expect.poll(sockets).toEqual([1, opened + 1]);
    await expectStored(['found on waking', ...followers.map((_, index) => `while stuck ${index}`)]);
  });

  await profile.close();
});

test('a leading tab that is frozen or goes hands over at once, and takes its place again when it is back', async () => {
  const profile = await openProfile({
    tabs: 2,
    open: (page) => probe.open(page, demo.url),
    without: ['--disable-back-forward-cache'],
  });
  const [first, second] = pagesOf(profile) as [Page, Page];
  const tell = (event: string) => first.evaluate((name) => void document.dispatchEvent(new Event(name)), event);
  await write(first, 'leading');

  await tell('freeze');
  note(`the leading tab was about to be frozen: the next call took ${await write(second, 'while it is frozen')} ms`);
  await expectLeading(profile, second);
  const waiting = write(first, 'asked too late');
  await tell('resume');
  await waiting;
  await expectLeading(profile, second);

  await second.goto(`${demo.url}/health`);
  note(`the leading tab went elsewhere: the next call took ${await write(first, 'while it is away')} ms`);
  await expectLeading(profile, first);
  await second.evaluate(() => history.back());
  await second.waitForFunction(() => 'heldProps' in window);
  await write(second, 'back again');
  await expectLeading(profile, first);
  await expectStored(['leading', 'while it is frozen', 'asked too late', 'while it is away', 'back again']);
  await profile.close();
});

test('the leading of five tabs crashes again and again while all write: nothing acknowledged is lost or there twice', async () => {
  const { acknowledged, lost, double, failed, crashes } = await crashLeaders(demo, 3);
  const ready = worstAndMedian(crashes.map(({ readyMs }) => readyMs));
  const answered = worstAndMedian(crashes.map(({ answeredMs }) => answeredMs));
  note(
    `${acknowledged} acknowledged; ready again after ${ready.text}; calls under way answered after ${answered.text}`,
  );
  expect([lost, double, failed]).toEqual([[], [], []]);
  expect(crashes.every(({ underWay }) => underWay > 0)).toBe(true);
  expect(ready.worstMs).toBeLessThan(longMs);
  expect(answered.worstMs).toBeLessThan(longMs);
});

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
}
