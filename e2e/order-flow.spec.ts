import { expect, test } from '@playwright/test';
import type { BrowserContext } from '@playwright/test';

import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import { failsAt, failsToUndo, goesItsWay, ports, survives } from './order-flow/scenario.ts';
import type { OrderWorld, Trace } from './order-flow/scenario.ts';
import { heldSite } from './order-flow/site.ts';
import type { HeldSite } from './order-flow/site.ts';
import { browserAlone, browserAsOwner, losablePage, nodeAlone } from './order-flow/worlds.ts';

let demo: Running;
let site: HeldSite;
let contexts: readonly BrowserContext[] = [];
const worlds = new Map<string, OrderWorld>();
const names = ['Node alone', 'a browser as owner', 'a browser alone'] as const;
const traces = new Map<string, Trace>();

test.beforeAll(async ({ browser }) => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  const call = await client(demo.url, 'ada');
  site = await heldSite(demo.url, 'ada');
  const [first, second] = (contexts = [await browser.newContext(), await browser.newContext()]) as [
    BrowserContext,
    BrowserContext,
  ];
  const shop = await losablePage(first, async (page) => void (await page.goto(`${demo.url}/store`)));
  const alone = await losablePage(second, (page) => site.open(page));
  worlds.set('Node alone', nodeAlone(demo, call));
  worlds.set('a browser as owner', browserAsOwner(demo, call, shop));
  worlds.set('a browser alone', browserAlone(demo, call, alone));
});

test.afterAll(async () => {
  for (const context of contexts) await context.close();
  await site.close();
  await demo.stop();
});

const worldOf = (name: string): OrderWorld => {
  const world = worlds.get(name);
  if (world === undefined) throw new Error(`there is no world ${name}`);
  return world;
};

for (const name of names) {
  test(`${name}: an order goes its whole way, each effect once at its partner`, async () => {
    const trace = await goesItsWay(worldOf(name), `${name} goes its way`);
    expect(trace.steps.map(({ port }) => port)).toEqual(ports);
    traces.set(name, trace);
  });

  for (const [place, port] of ports.entries())
    test(`${name}: the partner fails at ${port}: exactly the steps before it are taken back, newest first`, async () =>
      failsAt(worldOf(name), place, `${name} fails at ${port}`));

  for (const [place, port] of ports.entries())
    test(`${name}: its owner dies within ${port}, and after it: the order goes on, each effect once`, async () => {
      await survives(worldOf(name), place, 'within', `${name} dies within ${port}`);
      await survives(worldOf(name), place, 'after', `${name} dies after ${port}`);
    });

  test(`${name}: an undo that fails ends as UNDO_FAILED after its retries, and holds up no other`, async () =>
    failsToUndo(worldOf(name), `${name} cannot be taken back`));
}

test('the carrier calls back: the order has its news, by the carrier alone', async () => {
  const { call, place, until } = worldOf('Node alone');
  const id = await place('with news');
  expect((await until(id, ({ fields }) => fields['news'] !== null)).fields['news']).toBe('The parcel is at your door.');
  const forged = await call(`/api/orders/${id}/hearCarrier`, { method: 'POST', body: '{"news":"forged"}' });
  expect(forged.status).toBe(403);
  expect((await until(id, ({ fields }) => fields.orderStatus === 'COMPLETE')).fields['news']).not.toBe('forged');
});

test('wherever an order went its way: the same trace, the same object', () => {
  const [first, ...others] = traces.values();
  expect(others.length).toBe(names.length - 1);
  for (const other of others) expect(other).toEqual(first);
});
