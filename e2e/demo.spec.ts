import { chromium, expect, type Page, test } from '@playwright/test';
import { findChromium } from './chromium.ts';
import { launch, type Running } from './launch.ts';

let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await launch();
});

test.afterAll(async () => demo.stop());

const pane = (page: Page, where: 'here' | 'server' | 'device') => page.getByTestId(`pane-${where}`);

/** Clicks a button of the live proof and returns what it says once the act has really ended. */
async function act(page: Page, name: string): Promise<string> {
  await page.getByTestId(`act-${name}`).click();
  const result = page.getByTestId(`result-${name}`);
  await expect(result).toHaveAttribute('data-phase', /done|failed/, { timeout: 40_000 });
  const said = (await result.textContent()) ?? '';
  console.log(`demo: ${name}: ${said}`);
  await expect(result, said).toHaveAttribute('data-phase', 'done');
  return said;
}

async function expectSame(page: Page, attribute: string): Promise<string> {
  const value = (await pane(page, 'here').getAttribute(attribute)) ?? '';
  expect(value).not.toBe('');
  await expect(pane(page, 'server')).toHaveAttribute(attribute, value);
  await expect(pane(page, 'device')).toHaveAttribute(attribute, value);
  return value;
}

test('the live proof: every button is a real act with real counters', async () => {
  test.setTimeout(180_000);
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
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
    const id = await pane(page, 'here').getAttribute('data-order-id');
    await expect
      .poll(() => demo.partnerCalls().filter(({ orderId, effect }) => orderId === id && effect === 'first').length)
      .toBe(1);
    await expect(page.getByTestId('timeline')).toContainText('pickOrder done');
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
