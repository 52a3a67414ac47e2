import { expect, test } from '@playwright/test';

import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import {
  callsOf,
  commandByRest,
  deedsOf,
  idOf,
  isOver,
  orderByRest,
  orderInShop,
  setMishaps,
  untilOrder,
  wayBack,
  wholeWay,
} from './orders.ts';
import type { Call } from './orders.ts';

let demo: Running;
let call: Call;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  call = await client(demo.url, 'ada');
});

test.afterAll(() => demo.stop());

/** A call is held until its time is over: the order is neither done nor given up before it can be canceled. */
const silent = Array.from({ length: 20 }, () => 'unanswered');
const closed = Array.from({ length: 20 }, () => 'refused');

test('on the server: what was done for a canceled order is taken back, newest first, once, also over kill -9', async () => {
  await setMishaps(
    call,
    'bank/payments',
    Array.from({ length: 3 }, () => 'refused'),
  );
  const { id } = await orderByRest(call);
  await untilOrder(call, id, ({ fields }) => fields['proofId'] !== null);
  const { pid } = await demo.health();
  await commandByRest(call, id, 'cancel');
  process.kill(pid, 'SIGKILL');
  await demo.reborn(pid);
  const order = await untilOrder(call, id, isOver);
  expect(order.fields).toMatchObject({ orderStatus: 'CANCELED', shelf: null, shipmentId: null, paymentId: null });
  const paid = deedsOf(demo, id).includes('bank/payments');
  expect(deedsOf(demo, id)).toEqual(paid ? [...wholeWay, ...wayBack] : [...wholeWay.slice(0, 4), ...wayBack.slice(1)]);
});

test('in the browser: its realm takes back what it did, and the shop says so', async ({ page }) => {
  await setMishaps(call, 'carrier/proofs', silent);
  await page.goto(`${demo.url}/store`);
  const row = await orderInShop(page, 'on second thought');
  const id = await idOf(row);
  await row.getByTestId('open-order').click();
  await expect.poll(() => callsOf(demo, id).some(({ effect }) => effect === 'unanswered')).toBe(true);
  await page.getByTestId('cancel-order').click();
  await expect(row).toHaveAttribute('data-status', 'CANCELED');
  await setMishaps(call, 'carrier/proofs', closed);
  const order = await untilOrder(call, id, isOver);
  await setMishaps(call, 'carrier/proofs', []);
  expect(order.flow?.owner).toMatch(/^browser-/);
  expect(order.fields['shelf']).toBeNull();
  expect(deedsOf(demo, id)).toEqual([...wholeWay.slice(0, 3), ...wayBack.slice(1)]);
  const stages = page.getByTestId('order-panel').locator('[data-stage]');
  const standing = () => stages.evaluateAll((all) => all.map((stage) => stage.getAttribute('data-status')));
  await expect.poll(standing).toEqual(['undone', 'undone', 'undone', 'undone', 'todo']);
});
