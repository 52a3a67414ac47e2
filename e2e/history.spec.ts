import { expect, test } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';

import type { AppProps, HistoryPage, HistoryQuery } from '@testudo/fabric';

import { client, launch, until } from './launch.ts';
import type { Running } from './launch.ts';
import { serveProbe } from './order-flow/site.ts';
import type { Probe } from './order-flow/site.ts';
import { untilOrder } from './orders.ts';
import { profileOf } from './session.ts';

let demo: Running;
let probe: Probe;

test.beforeAll(async () => {
  [demo, probe] = await Promise.all([launch({ env: { TESTUDO_DEVICE: 'off' } }), serveProbe()]);
});

test.afterAll(async () => {
  await Promise.all([probe.close(), demo.stop()]);
});

type ProbeWindow = Window & { readonly heldProps: AppProps };
type Told = HistoryPage | { readonly code: string };

/** A browser profile of its own, in which a user has an application open. */
async function device(browser: Browser, user: string): Promise<Page> {
  const page = await (await profileOf(browser, demo.url, user)).newPage();
  await probe.open(page, demo.url);
  return page;
}

/** Writes at a device, and resolves when the server has accepted it. @param id `null`: a new order @returns its id */
function write(page: Page, id: string | null, note: string): Promise<string> {
  return page.evaluate(
    async ([known, text]) => {
      const orders = (window as unknown as ProbeWindow).heldProps.models.get('order');
      const orderItems = [{ sku: 's', name: 'Scutum', qty: 1, priceCents: 100 }];
      const saved = await (known === null
        ? orders.create({ orderItems, note: text })
        : orders.update(known, { note: text }));
      await saved.synced();
      return saved.state.id;
    },
    [id, note] as const,
  );
}

/** What a device is told of an order's changes. */
const history = (page: Page, id: string, query: HistoryQuery = {}): Promise<Told> =>
  page.evaluate(
    ([known, asked]) =>
      (window as unknown as ProbeWindow).heldProps.models
        .get('order')
        .history(known, asked)
        .catch(({ code }: { readonly code: string }) => ({ code })),
    [id, query] as const,
  );

function entriesOf(told: Told): HistoryPage['entries'] {
  if ('code' in told) throw new Error(`the history was refused: ${told.code}`);
  return told.entries;
}

/** All pages of two entries each. */
async function paged(page: Page, id: string): Promise<readonly number[]> {
  const versions: number[] = [];
  let before: number | null | undefined;
  while (before !== null) {
    const told = await history(page, id, { limit: 2, ...(before === undefined ? {} : { before }) });
    const entries = entriesOf(told);
    expect(entries.length).toBeLessThanOrEqual(2);
    versions.push(...entries.map(({ version }) => version));
    before = 'next' in told ? told.next : null;
  }
  return versions;
}

/** Resolves once a device has the order as wanted. */
async function untilHere(page: Page, id: string, note: string): Promise<void> {
  const find = (known: string) => (window as unknown as ProbeWindow).heldProps.models.get('order').find(known);
  await until(`${note} to be here`, async () => (await page.evaluate(find, id)).fields['note'] === note || undefined);
}

test('an order’s history is told at each device: who changed what, in which order, page by page; to nobody else; offline as far as it was seen here', async ({
  browser,
}) => {
  const [phone, desk, clerk] = await Promise.all(['ada', 'ada', 'sam'].map((user) => device(browser, user)));
  if (!phone || !desk || !clerk) throw new Error('three devices were asked for');
  const beganMs = Date.now();
  const id = await write(phone, null, 'by the phone');
  await untilHere(desk, id, 'by the phone');
  await write(desk, id, 'by the desk');
  await untilHere(clerk, id, 'by the desk');
  await clerk.evaluate(async (known) => {
    const orders = (window as unknown as ProbeWindow).heldProps.models.get('order');
    await (await orders.command(known, 'approve')).synced();
  }, id);
  const call = await client(demo.url, 'ada');
  await untilOrder(call, id, ({ fields }) => fields.orderStatus === 'COMPLETE');

  const whole = entriesOf(await history(phone, id));
  const versions = whole.map(({ version }) => version);
  expect(versions).toEqual(Array.from(versions, (_, index) => versions.length - index));
  expect(whole.map(({ seq }) => seq)).toEqual(whole.map(({ seq }) => seq).sort((a, b) => b - a));
  for (const { atMs } of whole) expect(atMs >= beganMs && atMs <= Date.now()).toBe(true);
  const made = whole.slice(-3).map(({ kind, command, user, source }) => [kind, command, user, source]);
  expect(made.reverse()).toEqual([
    ['create', null, 'ada', 'authority'],
    ['update', null, 'ada', 'authority'],
    ['command', 'approve', 'sam', 'authority'],
  ]);
  expect(whole.at(-2)?.changes).toEqual({ note: { from: 'by the phone', to: 'by the desk' } });
  const early = { before: 4 };
  for (const page of [desk, clerk]) expect(entriesOf(await history(page, id, early))).toEqual(whole.slice(-3));
  expect((await paged(desk, id)).slice(-versions.length)).toEqual(versions);

  const his = await write(clerk, null, 'of the clerk');
  expect(await history(phone, his)).toEqual({ code: 'NOT_FOUND' });
  expect(await history(phone, id, { limit: 1001 })).toEqual({ code: 'BAD_REQUEST' });

  await phone.evaluate(() => (window as unknown as ProbeWindow).heldProps.shell.setNetwork(false));
  const seen = entriesOf(await history(phone, id));
  expect(seen.map(({ source, user, kind }) => [source, user, kind])).toEqual(seen.map(() => ['host', null, null]));
  expect(seen.map(({ version, changes }) => [version, changes]).slice(-2)).toEqual(
    whole.map(({ version, changes }) => [version, changes]).slice(-2),
  );
  expect(await history(phone, his)).toEqual({ code: 'NOT_FOUND' });
  await Promise.all([phone, desk, clerk].map((page) => page.context().close()));
});
