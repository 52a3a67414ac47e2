import { expect, test } from '@playwright/test';

import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import { everyObject } from './every-object.ts';
import { client, until } from './launch.ts';
import type { Running } from './launch.ts';

const RATE_PER_SECOND = 200;
const BATCH_MS = 20;
const MOST_AT_ONCE = 50;
const circuitBreaker = { default: { errorRate: 1, callVolume: 1, intervalMs: 60_000, retryDelay: 600_000 } };

interface Entry {
  readonly id: string;
  readonly createdMs: number;
  readonly fields: { readonly by?: string; readonly ink?: string; readonly inkAtEnd?: string };
  readonly flow: { readonly due: readonly unknown[]; readonly done: readonly { readonly status: string }[] } | null;
}

let stand: DemoWithBuilds;
let demo: Running;
let call: Awaited<ReturnType<typeof client>>;
/** The highest id of an entry: ids ascend with time. */
let newest = '';

test.beforeAll(async () => {
  test.setTimeout(120_000);
  stand = await launchWithBuilds({ builds: ['ledger@x', 'scribe@v1', 'scribe@v2'] });
  demo = stand.demo;
  call = await client(demo.url, 'ada');
});

test.afterAll(async () => stand.stop());

/** Changes the configuration. @returns the reply's status and its document */
async function configure(changes: object): Promise<{ status: number; body: { revision?: number; error?: unknown } }> {
  const reply = await fetch(`${demo.url}/api/configuration`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(changes),
  });
  return { status: reply.status, body: (await reply.json()) as { revision?: number } };
}

const bound = (colour: string) => ({
  bindings: { adapters: { 'entry.write': 'scribe#write' }, services: { ink: `scribe#${colour}` } },
});

async function make(fields: object): Promise<string> {
  const reply = await call('/api/models/entries', { method: 'POST', body: JSON.stringify(fields) });
  if (reply.status !== 201) throw new Error(`${reply.status} ${await reply.text()}`);
  const { id } = ((await reply.json()) as { object: Entry }).object;
  if (id > newest) newest = id;
  return id;
}

/**
 * Makes entries at a steady rate, less steady where the server does not follow, until stopped.
 * @returns how many, and what did not come back well
 */
function load(): () => Promise<{ sent: number; failed: readonly string[] }> {
  const failed: string[] = [];
  const pending = new Set<Promise<void>>();
  let sent = 0;
  const beganMs = performance.now();
  const timer = setInterval(() => {
    const wanted = ((performance.now() - beganMs) * RATE_PER_SECOND) / 1000;
    for (; sent < wanted && pending.size < MOST_AT_ONCE; sent += 1) {
      const done: Promise<void> = make({ number: sent })
        .then(
          () => undefined,
          (error: unknown) => void failed.push(String(error)),
        )
        .finally(() => pending.delete(done));
      pending.add(done);
    }
  }, BATCH_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return { sent, failed };
  };
}

const entries = (): Promise<readonly Entry[]> => everyObject(call, 'entries');

const isWritten = ({ flow }: Entry): boolean => flow?.due.length === 0 && flow.done.length === 1;

/** Resolves when so many of the entries that are made from now on have been written. */
async function more(count: number): Promise<void> {
  const last = newest;
  const later = async (): Promise<readonly Entry[]> => {
    const reply = await call(`/api/models/entries?limit=1000&after=${last}`);
    return ((await reply.json()) as { objects: readonly Entry[] }).objects;
  };
  await until(`${count} more entries`, async () =>
    (await later()).filter(isWritten).length >= count ? true : undefined,
  );
}

test('an adapter, a service and a threshold change under 200 calls a second: nothing fails, nothing is on neither', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await stand.run('ledger@x');
  await stand.run('scribe@v1');
  expect((await configure(bound('blue'))).status).toBe(200);
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  await until('the page to be connected', async () => ((await demo.health()).sockets > 0 ? true : undefined));
  const followed = page.context().waitForEvent('response', (reply) => reply.url().endsWith('/config.json'));
  const before = await demo.health();
  const stop = load();
  await more(200);
  await stand.run('scribe@v2');
  const deployedMs = Date.now();
  await more(200);
  expect((await configure(bound('red'))).status).toBe(200);
  const exchangedMs = Date.now();
  await more(200);
  expect((await configure({ ...bound('red'), ports: { 'entry.write': { circuitBreaker } } })).status).toBe(200);
  await more(200);
  const { sent, failed } = await stop();
  const after = await demo.health();
  const all = await until('every entry to be written', async () => {
    const found = await entries();
    return found.length === sent && found.every(isWritten) ? found : undefined;
  });
  const kinds: { [kind: string]: number } = {};
  for (const { fields, flow } of all) {
    const kind = `${fields.by} ${fields.ink} ${fields.inkAtEnd} ${flow?.done[0]?.status}`;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  console.log(`reconfigure: ${sent} calls, ${failed.length} failed; ${JSON.stringify(kinds)}`);
  expect(failed).toEqual([]);
  expect(Object.keys(kinds).sort()).toEqual(['v1 blue blue done', 'v2 blue blue done', 'v2 red red done']);
  const late = all.filter(({ createdMs }) => createdMs > deployedMs);
  expect(late.filter(({ fields }) => fields.by !== 'v2')).toEqual([]);
  expect(all.filter(({ createdMs, fields }) => createdMs > exchangedMs && fields.ink !== 'red')).toEqual([]);
  expect([after.pid, after.closed]).toEqual([before.pid, before.closed]);
  expect((await followed).status()).toBe(200);
});

test('an edited threshold holds from the next call on; taking it away lets go who waits', async () => {
  // Other thresholds than before: their breaker has counted nothing.
  const intervalMs = 61_000;
  const ports = { 'entry.write': { circuitBreaker: { default: { ...circuitBreaker.default, intervalMs } } } };
  expect((await configure({ ...bound('red'), ports })).status).toBe(200);
  const find = async (id: string): Promise<Entry> =>
    ((await (await call(`/api/models/entries/${id}`)).json()) as { object: Entry }).object;
  const ended = (id: string) =>
    until(`${id} to be ended`, async () => ((await find(id)).flow?.done.length === 1 ? find(id) : undefined));
  expect((await ended(await make({ isBlotted: true }))).flow?.done[0]?.status).toBe('failed');
  const waiting = await make({});
  expect((await find(waiting)).flow).toMatchObject({ due: [{}], done: [] });
  expect((await configure({ ...bound('red'), ports: {} })).status).toBe(200);
  expect((await ended(waiting)).fields).toMatchObject({ by: 'v2', ink: 'red' });
});

test('what names no port, or is no threshold, is refused and changes nothing', async () => {
  const read = async (): Promise<unknown> =>
    (await fetch(`${demo.url}/api/configuration`, { headers: { authorization: `Bearer ${demo.token}` } })).json();
  const before = await read();
  for (const ports of [{ 'entry.erase': {} }, { 'entry.write': { circuitBreaker: { default: {} } } }]) {
    expect(await configure({ ...bound('blue'), ports })).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST' } },
    });
  }
  expect(await read()).toEqual(before);
});
