import { chromium, expect, type Page, test } from '@playwright/test';
import { expectNothingGrave } from './access-checks.ts';
import { findChromium } from './chromium.ts';
import { launch, type Running } from './launch.ts';
import { callsOf, deedsOf, wayBack, wholeWay } from './orders.ts';

let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await launch();
});

test.afterAll(async () => demo.stop());

const places = ['here', 'server', 'device'] as const;
const pane = (page: Page, where: (typeof places)[number]) => page.getByTestId(`pane-${where}`);

/** Clicks a button of the live proof and returns what it says once the act has really ended. */
async function act(page: Page, name: string, end: 'done' | 'failed' = 'done'): Promise<string> {
  const result = page.getByTestId(`result-${name}`);
  await page.getByTestId(`act-${name}`).click();
  await expect(result).toHaveAttribute('data-phase', /done|failed/, { timeout: 40_000 });
  const said = (await result.textContent()) ?? '';
  console.log(`demo: ${name}: ${said}`);
  await expect(result, said).toHaveAttribute('data-phase', end);
  return said;
}

const effectsOf = (orderId: string, partner: string) =>
  callsOf(demo, orderId)
    .filter((call) => call.partner === partner)
    .map(({ effect }) => effect);

/** Follows each link to a test or to code, as a visitor does. */
async function readEvidence(page: Page): Promise<void> {
  const links = await page
    .locator('.proof-evidence a')
    .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(links).toHaveLength(16);
  const reader = await page.context().newPage();
  for (const link of links) {
    await reader.goto(link);
    await expect(reader.locator('#marked')).toBeInViewport();
    expect(await reader.locator('.marked').count()).toBeGreaterThan(2);
  }
  await reader.close();
}

const boundAt = (page: Page, place: (typeof places)[number]) =>
  page.getByTestId(`account-${place}`).locator('[data-line="completePayment"] dd');

const bound = '→ payments#completePayment by payments#payments';

async function configure(ports: object): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${demo.token}` };
  const init = { method: 'PUT', headers, body: JSON.stringify({ ports }) };
  expect((await fetch(`${demo.url}/api/configuration`, init)).status).toBe(200);
}

/** Opens each host's account by the keyboard, and reads in it what its `inspect()` has told. */
async function inspect(page: Page): Promise<void> {
  for (const place of places) {
    const account = page.getByTestId(`account-${place}`);
    await expect(account.locator('dl')).toHaveCount(0);
    await account.locator('summary').first().press('Enter');
    const heap = place === 'here' ? 'heap not told by browsers' : /heap \d+\.\d MB/;
    await expect(account.locator('[data-line="main"] dd')).toContainText(heap);
    await expect(account.locator('[data-line="main"] dd')).toContainText('confined');
    await expect(account.locator('[data-line="unfinished"] dd')).toHaveText('none');
    await account.locator('[data-model="order"] summary').press('Enter');
    await expect(boundAt(page, place)).toContainText('placed at the server');
  }
}

async function expectSame(page: Page, attribute: string): Promise<string> {
  const value = (await pane(page, 'here').getAttribute(attribute)) ?? '';
  expect(value).not.toBe('');
  await expect(pane(page, 'server')).toHaveAttribute(attribute, value);
  await expect(pane(page, 'device')).toHaveAttribute(attribute, value);
  return value;
}

test('the live proof: every button is a real act with real counters', async () => {
  test.setTimeout(300_000);
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) problems.push(message.text());
  });
  await page.goto(demo.url);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('One order. One build.');

  await test.step('place: the same order in all three panes, under equal digests', async () => {
    await expect(pane(page, 'here')).toHaveAttribute('data-hash', /^sha384-/);
    await act(page, 'place');
    await expectSame(page, 'data-order-id');
    const hash = await expectSame(page, 'data-hash');
    expect(hash).toMatch(/^sha384-/);
    const id = (await pane(page, 'here').getAttribute('data-order-id')) ?? '';
    await expect.poll(() => deedsOf(demo, id)).toEqual(wholeWay);
    for (const name of ['pickOrder', 'shipOrder', 'trackShipment', 'verifyDelivery', 'completePayment'])
      await expect(page.getByTestId('timeline')).toContainText(`${name} done`);
    for (const place of places) await expect(pane(page, place).locator('[data-standing="done"]')).toHaveCount(5);
  });

  await test.step('deploy and roll back: what was typed stays, the process stays, nothing is dropped', async () => {
    const before = await demo.health();
    const hash = await pane(page, 'here').getAttribute('data-hash');
    await page.getByTestId('typed').fill('half a thought');
    await act(page, 'deploy');
    await expect(pane(page, 'here')).not.toHaveAttribute('data-hash', hash ?? '');
    await expectSame(page, 'data-hash');
    await act(page, 'rollback');
    await expect(pane(page, 'here')).toHaveAttribute('data-hash', hash ?? '');
    await expectSame(page, 'data-hash');
    await expect(page.getByTestId('typed')).toHaveValue('half a thought');
    const after = await demo.health();
    expect(after.pid).toBe(before.pid);
    expect(after.closed).toBe(before.closed);
  });

  await test.step('cut, edit on both sides, reconnect: once each, the conflict resolved by the model', async () => {
    await act(page, 'cut');
    await act(page, 'reconnect');
    const note = await expectSame(page, 'data-note');
    expect(note).not.toBe('');
  });

  await test.step('fail a partner: retries under one key end well, or what was done before is taken back', async () => {
    expect(await act(page, 'fail')).toContain('3 calls to pick under 1 key: refused, no answer, done.');
    const recovered = await expectSame(page, 'data-order-id');
    expect(effectsOf(recovered, 'warehouse')).toEqual(['refused', 'unanswered', 'first']);
    await expect(page.getByTestId('timeline')).toContainText('pickOrder tried again after PORT_TIMEOUT');
    await page.getByRole('group', { name: 'Which step fails' }).getByLabel('pay').check();
    const said = await act(page, 'close');
    expect(said).toMatch(/^The bank noted 4 calls to pay under 1 key: each refused\./);
    expect(said).toContain('Taken back, newest first: verified, tracked, shipped, picked.');
    const refused = await expectSame(page, 'data-order-id');
    expect(effectsOf(refused, 'bank')).toEqual(Array.from({ length: 4 }, () => 'refused'));
    expect(deedsOf(demo, refused)).toEqual([...wholeWay.slice(0, 4), ...wayBack.slice(1)]);
    for (const place of places) {
      await expect(pane(page, place)).toContainText('not paid');
      await expect(pane(page, place).locator('[data-standing="undone"]')).toHaveCount(4);
    }
  });

  await test.step('move a port: the same way, here and on the server, by configuration alone', async () => {
    const table = page.getByTestId('move-table');
    const placesOf = (port: string) =>
      table
        .locator(`[data-step="${port}"] td`)
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-place')));
    const told =
      /: paid here, by browser-\S+, in \d+ ms\. Order \w+: paid on the server, by server-\S+, in \d+ ms\. Same trace: 5 steps\.$/;
    expect(await act(page, 'move')).toMatch(told);
    expect(await placesOf('completePayment')).toEqual(['here', 'server']);
    expect(await placesOf('verifyDelivery')).toEqual(['here', 'here']);
    const moved = await expectSame(page, 'data-order-id');
    expect(deedsOf(demo, moved)).toEqual(wholeWay);
    await page.getByRole('group', { name: 'Which step moves' }).getByLabel('track').check();
    expect(await act(page, 'back')).toMatch(/tracked on the server, .*: tracked here, .* Same trace: 5 steps\.$/);
    expect(await placesOf('trackShipment')).toEqual(['server', 'here']);
    expect(await placesOf('verifyDelivery')).toEqual(['server', 'here']);
  });

  await test.step('inspect: each pane reads its host, and the configuration that is in force there', async () => {
    await inspect(page);
    await configure({ 'order.completePayment': { placement: 'owner' } });
    for (const place of places) await expect(boundAt(page, place)).toHaveText(bound);
    await configure({});
    for (const place of places) await expect(boundAt(page, place)).toContainText('placed at the server');
    await expectNothingGrave(page, 'the proof with its accounts open');
    for (const place of places) await page.getByTestId(`account-${place}`).locator('summary').first().click();
  });

  await test.step('load a remote by its URL: verified and shown here alone; a wrong one is refused', async () => {
    const field = page.getByTestId('load-url');
    const url = await field.inputValue();
    const origin = new URL(url).origin;
    await field.fill(url.replace('remote.json', 'nothing.json'));
    expect(await act(page, 'load', 'failed')).toMatch(/^LOAD_FAILED: /);
    await field.fill('http://remotes.example.org/remote.json');
    expect(await act(page, 'load', 'failed')).toMatch(/^ORIGIN_NOT_ALLOWED: /);
    await field.fill(url);
    expect(await act(page, 'load')).toMatch(new RegExp(`^Verified: \\d+ files, [\\d,]+ bytes, .* from ${origin}`));
    await readEvidence(page);
    await page.getByTestId('open-loaded').click();
    await expect(page.getByTestId('store-edition')).toBeVisible();
    await expect(page.getByRole('list', { name: 'Notices' })).toContainText(`store comes from ${url}`);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByTestId('store-edition')).toHaveCount(0);
    await page.getByTestId('product').first().waitFor();
    await page.goto(demo.url);
    await expect(pane(page, 'here')).toHaveAttribute('data-hash', /^sha384-/);
  });

  await test.step('tamper with a byte: refused, the old build serves', async () => {
    expect(await act(page, 'tamper')).toContain('INTEGRITY_MISMATCH');
  });

  await test.step('kill the server: nothing acknowledged is lost', async () => {
    const { pid } = await demo.health();
    expect(await act(page, 'kill')).toMatch(/lost:? 0/i);
    expect((await demo.reborn(pid)).pid).not.toBe(pid);
  });

  for (const [width, height] of [
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: test.info().outputPath(`proof-${width}.png`), fullPage: true });
  }
  expect(problems).toEqual([]);
  await browser.close();
});
