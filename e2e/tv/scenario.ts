import { deepStrictEqual, strictEqual } from 'node:assert/strict';

import { client, launch, until } from '../launch.ts';
import type { Running } from '../launch.ts';
import { keptForOffline } from '../ready-offline.ts';
import { startEngine } from './engines.ts';
import type { Engine } from './engines.ts';
import { openTvPage } from './tv-page.ts';
import type { TvPage } from './tv-page.ts';

/** A television in front of a running demo. */
interface Evening {
  readonly demo: Running;
  readonly engine: Engine;
  /** the one that the user looks at */
  page: TvPage;
}

/** One behaviour; the steps of an engine build on each other. */
export interface Step {
  readonly name: string;
  run(evening: Evening): Promise<void>;
}

interface StoredOrder {
  readonly id: string;
  readonly fields: { readonly note: string; readonly orderStatus: string };
}

const note = 'By remote control';
const secondNote = 'From the tab that took over';
const rowWith = (text: string): string =>
  `[].some.call(document.querySelectorAll('[data-testid="order-row"]'), function (row) { return row.textContent.indexOf(${JSON.stringify(text)}) >= 0 })`;

/** The heading is there, the title says so, and the focus is on it. */
async function arrived(page: TvPage, title: string, heading: string): Promise<void> {
  const path = `document.querySelector('main h1') && document.querySelector('main h1').textContent.indexOf(${JSON.stringify(heading)}) >= 0`;
  await page.sees(`the heading ${heading}`, `!!(${path})`);
  await page.sees(`the title ${title}`, `document.title === ${JSON.stringify(`${title} — Testudo`)}`);
}

async function openByMenu(page: TvPage, path: string): Promise<void> {
  await page.tabTo(`#menu a[href="${path}"]`);
  await page.press('Enter');
}

async function placeOrder(page: TvPage, text: string): Promise<void> {
  await page.sees('a product', `document.querySelector('[data-testid^="add-"]') !== null`);
  await page.tabTo('[data-testid^="add-"]');
  await page.press('Enter');
  await page.tabTo('[data-testid="order-note-new"]');
  await page.type(text);
  await page.tabTo('[data-testid="place-order"]');
  await page.press('Enter');
  await page.sees(`the order "${text}"`, rowWith(text));
}

async function orderOnServer({ url }: Running, text: string): Promise<StoredOrder> {
  const ask = await client(url, 'ada');
  return until(`the order "${text}" on the server`, async () => {
    const { objects } = (await (await ask('/api/models/orders')).json()) as { objects: StoredOrder[] };
    return objects.find(({ fields }) => fields.note === text);
  });
}

/** What an old engine does from the first visit to an evening without any server. */
export const steps: readonly Step[] = [
  {
    name: 'the first visit paints the shell and mounts the live proof, with a realm in a worker',
    async run({ demo, page }) {
      await page.goto(demo.url);
      await arrived(page, 'Live proof', 'One order');
      await page.sees('the link to the server', `document.getElementById('status').dataset.status === 'online'`);
      await page.sees('the realm', `/\\d+ powers removed(?!,)/.test(document.querySelector('main').textContent)`);
    },
  },
  {
    name: 'Tab and Enter lead to /help and /store: mounted, titled, the heading focused',
    async run({ page }) {
      for (const [path, title, heading] of [
        ['/help', 'Help', ''],
        ['/store', 'Shop', 'The shop'],
      ] as const) {
        await openByMenu(page, path);
        await arrived(page, title, heading);
        strictEqual(await page.read('location.pathname'), path);
        await page.sees('the focus on the heading', `document.activeElement === document.querySelector('main h1')`);
      }
    },
  },
  {
    name: 'an order placed by keys is kept, runs its flow and reaches the server once',
    async run({ demo, page }) {
      await placeOrder(page, note);
      const { id } = await orderOnServer(demo, note);
      await page.sees(
        'the order in agreement',
        `document.querySelector('[data-order-id="${id}"]').dataset.sync === 'synced'`,
      );
      await until(
        'the bank to be paid',
        async () => demo.partnerCalls('bank').some(({ orderId }) => orderId === id) || undefined,
      );
      strictEqual(
        demo.partnerCalls('bank').filter(({ orderId, effect }) => orderId === id && effect === 'first').length,
        1,
      );
    },
  },
  {
    name: 'a second tab follows the first, and leads and saves when that has crashed',
    async run(evening) {
      const { demo, engine, page } = evening;
      const second = await openTvPage(engine);
      await second.goto(`${demo.url}/store`);
      await second.sees('the order of the first tab', rowWith(note));
      deepStrictEqual(page.problems, []);
      page.crash();
      evening.page = second;
      await placeOrder(second, secondNote);
      await orderOnServer(demo, secondNote);
    },
  },
  {
    name: 'with every server gone, a reload shows the shop with its orders, and takes another',
    async run({ demo, page }) {
      await page.read(`(${String(keptForOffline)})()`);
      await demo.stop();
      await page.reload();
      await arrived(page, 'Shop', 'The shop');
      await page.sees('its orders', `${rowWith(note)} && ${rowWith(secondNote)}`);
      await page.sees('that there is no link', `document.getElementById('status').dataset.status === 'offline'`);
      await placeOrder(page, 'Without a server');
    },
  },
  {
    name: 'nothing went wrong unseen, and the content policy refused nothing',
    async run({ page }) {
      deepStrictEqual(page.problems, []);
    },
  },
];

/** Runs the steps in one engine. @param report told of each step; once one has failed the rest are not tried */
export async function runSteps(major: number, report: (step: Step, error: unknown) => void): Promise<void> {
  const demo = await launch();
  let engine: Engine | undefined;
  try {
    engine = await startEngine(major);
    const evening: Evening = { demo, engine, page: await openTvPage(engine) };
    for (const step of steps) {
      try {
        await step.run(evening);
        report(step, null);
      } catch (cause) {
        report(step, new Error(`${String(cause)}\n${evening.page.problems.join('\n')}`, { cause }));
        return;
      }
    }
  } finally {
    await engine?.stop();
    await demo.stop();
  }
}
