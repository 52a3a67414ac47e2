import { chromium, expect, type Page, test } from '@playwright/test';
import { findChromium } from './chromium.ts';
import { launch, type Running } from './launch.ts';

let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
});

test.afterAll(async () => demo.stop());

/** The paths of what comes over the network for the page itself, in its order; workers have theirs elsewhere. */
async function watchNetwork(page: Page): Promise<readonly string[]> {
  const fetched: string[] = [];
  const cached = new Set<string>();
  const session = await page.context().newCDPSession(page);
  session.on('Network.requestServedFromCache', ({ requestId }) => cached.add(requestId));
  session.on('Network.responseReceived', ({ requestId, response }) => {
    // What joins a reply that is under way, or comes from a cache, has received no bytes of its own.
    if (!cached.has(requestId) && response.encodedDataLength > 0) fetched.push(new URL(response.url).pathname);
  });
  await session.send('Network.enable');
  return fetched;
}

interface Watched {
  testudoShown?: boolean;
}

/** Runs in the page before all else: whether an application was on the screen when the service worker was asked for. */
function watchRegistration(): void {
  const { register } = ServiceWorkerContainer.prototype;
  ServiceWorkerContainer.prototype.register = function (this: ServiceWorkerContainer, ...rest) {
    (globalThis as Watched).testudoShown = document.querySelector('main [data-application]:not([aria-busy])') !== null;
    return register.apply(this, rest);
  };
}

for (const path of ['store', 'help']) {
  test(`a first visit of /${path} fetches nothing twice, and no service worker before the page is there`, async () => {
    const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const fetched = await watchNetwork(page);
      await page.addInitScript(watchRegistration);
      await page.goto(`${demo.url}/${path}`);
      await page.evaluate(() => navigator.serviceWorker.ready);
      expect(await page.evaluate(() => (globalThis as Watched).testudoShown)).toBe(true);
      const wanted = fetched.filter((name) =>
        /^\/\w+\/.*\.(js|css|json)$|^\/config\.json$|^\/api\/session$/.test(name),
      );
      expect(wanted.filter((name) => name.endsWith('.json')).length).toBeGreaterThan(1);
      expect(wanted).toEqual([...new Set(wanted)]);
    } finally {
      await browser.close();
    }
  });
}
