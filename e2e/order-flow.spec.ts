import { expect, test } from '@playwright/test';
import type { BrowserContext, Page } from '@playwright/test';

import { client, launch, until } from './launch.ts';
import type { Running } from './launch.ts';
import { holdAnswer } from './order-flow/held-answer.ts';
import { placeHeld, refusedHere, setNetwork, untilHeld, untilWaiting } from './order-flow/held-models.ts';
import { losablePage } from './order-flow/losable-page.ts';
import { failsAt, failsInDoubt, failsToUndo, goesItsWay, isComplete, ports, survives } from './order-flow/scenario.ts';
import { serveProbe } from './order-flow/site.ts';
import type { Probe } from './order-flow/site.ts';
import { traceOf, wholeTrace } from './order-flow/trace.ts';
import { worlds } from './order-flow/worlds.ts';
import type { OpenWorld } from './order-flow/worlds.ts';
import { callsOf, deedsOf, idOf, orderByRest, orderInShop, setMishaps, untilOrder, wholeWay } from './orders.ts';
import type { Call, StoredOrder } from './orders.ts';

// Each world has a demo of its own, so they share nothing but the machine.
test.describe.configure({ mode: 'parallel' });

for (const { name, open } of worlds)
  test.describe(name, () => {
    test.describe.configure({ mode: 'default' });
    let world: OpenWorld;
    test.beforeAll(async ({ browser }) => {
      world = await open(browser);
    });
    test.afterAll(() => world.close());

    test('an order goes its whole way: the one trace, each effect once at its partner', () =>
      goesItsWay(world, 'goes its way'));

    for (const [place, port] of ports.entries())
      test(`the partner fails at ${port}: exactly the steps before it are taken back, newest first`, () =>
        failsAt(world, place, `fails at ${port}`));

    for (const [place, port] of ports.entries())
      test(`its owner dies within ${port}, and after it: the same trace, each effect once`, async () => {
        await survives(world, place, 'within');
        await survives(world, place, 'after');
      });

    for (const port of ['shipOrder', 'completePayment'] as const)
      test(`the answer to the last attempt of ${port} is lost: what that may have done is taken back too`, () =>
        failsInDoubt(world, ports.indexOf(port), `in doubt of ${port}`));

    test('an undo that fails ends as UNDO_FAILED after its retries, and holds up no other', () =>
      failsToUndo(world, 'cannot be taken back'));
  });

test.describe('a browser that goes away', () => {
  test.describe.configure({ mode: 'default' });
  let demo: Running;
  let call: Call;
  let probe: Probe;
  let context: BrowserContext;

  test.beforeAll(async ({ browser }) => {
    demo = await launch({ env: { TESTUDO_DEVICE: 'off', TESTUDO_FLOW_LEASE_MS: '3000' } });
    call = await client(demo.url, 'ada');
    probe = await serveProbe();
    context = await browser.newContext();
  });
  test.afterAll(async () => {
    await context.close();
    await probe.close();
    await demo.stop();
  });

  const inShop = (page: Page) => page.goto(`${demo.url}/store`).then(() => undefined);

  for (const [what, mishap, effects] of [
    ['before its partner has done anything', 'unanswered', ['unanswered', 'first']],
    ['when its partner has done it', 'lost', ['first', 'repeated']],
  ] as const)
    test(`its last tab is closed within shipOrder, ${what}: the server takes over once, and the browser agrees`, async () => {
      await setMishaps(call, 'carrier/shipments', [mishap]);
      const shop = await losablePage(context, inShop);
      const id = await idOf(await orderInShop(shop.current(), `closed ${what}`));
      const shipments = () => callsOf(demo, id).filter(({ act }) => act === '/shipments');
      await until('the call of the carrier', async () => shipments().length > 0 || undefined);
      await shop.close();
      const order = await untilOrder(call, id, isComplete);
      expectTakenOver(order);
      const back = await losablePage(context, (page) => probe.open(page, demo.url));
      expect((await untilHeld(back.current(), id, isComplete)).flow).toEqual(order.flow);
      expect(await refusedHere(back.current())).toEqual([]);
      expect(deedsOf(demo, id)).toEqual(wholeWay);
      expect(
        shipments()
          .map(({ effect }) => effect)
          .slice(0, 2),
      ).toEqual(effects);
      expect(new Set(shipments().map(({ key }) => key)).size, 'one key over both owners').toBe(1);
      await back.close();
    });

  test('its network is cut within shipOrder: the server takes over once, and what the browser recorded meanwhile does not count', async () => {
    const page = await context.newPage();
    await probe.open(page, demo.url);
    const answer = await holdAnswer(page, '**/shipments');
    const id = await placeHeld(page, 'recorded late');
    await answer.given;
    await setNetwork(page, false);
    answer.release();
    await untilWaiting(page, 1);
    const order = await untilOrder(call, id, isComplete);
    await setNetwork(page, true);
    expect((await untilHeld(page, id, isComplete)).flow).toEqual(order.flow);
    await untilWaiting(page, 0);
    expect(await refusedHere(page)).toEqual([]);
    expectTakenOver(order);
    expect(deedsOf(demo, id)).toEqual(wholeWay);
    await page.close();
  });

  test('the carrier calls back: the order has its news, by the carrier alone', async () => {
    const { id } = await orderByRest(call, 'with news');
    const heard = await untilOrder(call, id, ({ fields }) => fields['news'] !== null);
    expect(heard.fields['news']).toBe('The parcel is at your door.');
    const forged = await call(`/api/orders/${id}/hearCarrier`, { method: 'POST', body: '{"news":"forged"}' });
    expect(forged.status).toBe(403);
    expect((await untilOrder(call, id, isComplete)).fields['news']).not.toBe('forged');
  });
});

/** An order that its browser picked, and the server brought to its end. */
function expectTakenOver(order: StoredOrder): void {
  expect(traceOf(order)).toEqual(wholeTrace);
  expect(order.flow).toMatchObject({ owner: expect.stringMatching(/^server-/), epoch: 2 });
  const nodes = order.flow?.done.map(({ node }) => node.split('-')[0]);
  expect(nodes).toEqual(['browser', ...ports.slice(1).map(() => 'server')]);
}
