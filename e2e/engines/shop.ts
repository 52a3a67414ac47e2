import assert from 'node:assert/strict';

import { until } from '../launch.ts';
import type { Tab } from './engine.ts';

const patienceMs = 60_000;

/** What a row of the shop's list of orders says. */
export interface OrderRow {
  readonly id: string;
  readonly sync: string;
  readonly status: string;
  readonly text: string;
}

/** Waits until something is in the document. */
export async function appears(tab: Tab, selector: string): Promise<void> {
  await until(
    `${selector} to appear`,
    async () => {
      const isThere = await tab.evaluate((wanted) => document.querySelector(wanted) !== null, selector);
      return isThere ? true : undefined;
    },
    patienceMs,
  );
}

/** Replaces the text of a field. */
async function write(tab: Tab, selector: string, text: string): Promise<void> {
  await appears(tab, selector);
  await tab.type(selector, text);
  const found = await tab.evaluate((field) => document.querySelector<HTMLInputElement>(field)?.value, selector);
  assert.equal(found, text, `${selector} holds something else than was typed`);
}

/** Waits for a row of the orders' list that satisfies a condition, and gives it. */
export function orderRow(tab: Tab, what: string, matches: (row: OrderRow) => boolean): Promise<OrderRow> {
  return until(what, async () => (await orderRows(tab)).find(matches), patienceMs);
}

function orderRows(tab: Tab): Promise<readonly OrderRow[]> {
  return tab.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-testid="order-row"]')].map(({ dataset, textContent }) => ({
      id: dataset['orderId'] ?? '',
      sync: dataset['sync'] ?? '',
      status: dataset['status'] ?? '',
      text: textContent,
    })),
  );
}

/** Puts one product into the basket and places the order. @returns its id */
export async function placeOrder(tab: Tab, note: string): Promise<string> {
  await appears(tab, '[data-testid="product"]');
  await tab.click('[data-testid^="add-"]');
  await write(tab, '[data-testid="order-note-new"]', note);
  await tab.click('[data-testid="place-order"]');
  return (await orderRow(tab, `the order "${note}"`, ({ id, text }) => id !== '' && text.includes(note))).id;
}

/** Opens an order, writes another note and saves it. */
export async function editNote(tab: Tab, id: string, note: string): Promise<void> {
  await tab.click(`[data-order-id="${id}"] [data-testid="open-order"]`);
  await write(tab, '[data-testid="order-note"]', note);
  await tab.click('[data-testid="save-order"]');
}
