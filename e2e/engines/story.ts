import assert from 'node:assert/strict';

import { client, launch, type Running, until } from '../launch.ts';
import { deedsOf, wholeWay } from '../orders.ts';
import { keptForOffline } from '../ready-offline.ts';
import type { Suite } from '../suite.ts';
import type { Engine, Session, Tab } from './engine.ts';
import { appears, editNote, orderRow, placeOrder } from './shop.ts';

/** What the steps hand on to each other. */
interface Day {
  readonly demo: Running;
  readonly session: Session;
  tab: Tab;
  orderId: string;
}

interface Step {
  readonly title: string;
  /** whether it loads the shell again in a profile that has been there before */
  readonly loadsAgain?: true;
  readonly run: (day: Day, engine: Engine) => Promise<void>;
}

const steps: readonly Step[] = [
  { title: '`/`, `/help` and `/store` mount, each from an origin of its own', run: mountsAll },
  { title: 'an order is placed, goes its way from the browser, and has each effect once', run: placesOrder },
  { title: 'a reload shows the order from IndexedDB', loadsAgain: true, run: reloads },
  {
    title: 'a second tab sees and edits it, and takes over when the leading tab is closed',
    loadsAgain: true,
    run: takesOver,
  },
  { title: 'the order is readable by REST and pushed to a second browser', run: isPushed },
  { title: 'with every server gone a reload still shows the order', loadsAgain: true, run: survivesServer },
];

/** Runs the story's first five steps in one engine; after a step that fails the others are not reached. */
export async function runStory(suite: Suite, engine: Engine): Promise<void> {
  let demo: Running | undefined;
  let session: Session | undefined;
  const isUp = await suite.test(`${engine.name} - the demo and the browser start`, async () => {
    demo = await launch();
    session = await engine.openSession();
    console.log(`         ${engine.name} ${session.version}`);
  });
  if (isUp && demo && session)
    await runSteps(suite, engine, { demo, session, tab: await session.newTab(), orderId: '' });
  await session?.close();
  await demo?.stop();
}

async function runSteps(suite: Suite, engine: Engine, day: Day): Promise<void> {
  let failed: string | undefined;
  for (const { title, run, loadsAgain } of steps) {
    const name = `${engine.name} - ${title}`;
    if (loadsAgain && engine.noSecondLoad !== null) suite.skip(name, engine.noSecondLoad);
    else if (failed !== undefined) suite.skip(name, `"${failed}" failed before`);
    else if (!(await suite.test(name, () => run(day, engine)))) failed = title;
  }
}

async function mountsAll({ demo, tab }: Day): Promise<void> {
  await tab.open(demo.url);
  await appears(tab, '[data-testid="pane-here"]');
  for (const [path, mark] of [
    ['/help', 'main h1'],
    ['/store', '[data-testid="product"]'],
  ] as const) {
    await tab.click(`#menu a[href="${path}"]`);
    await until(path, () => tab.evaluate((wanted) => (location.pathname === wanted ? true : undefined), path));
    await appears(tab, mark);
  }
  const scripts = await tab.evaluate(() =>
    performance.getEntriesByType('resource').flatMap(({ name }) => (/entry\.\w+\.js$/.test(name) ? [name] : [])),
  );
  const origins = new Set(scripts.map((script) => new URL(script).origin));
  assert.ok(!origins.has(demo.url), 'an application came from the shell itself');
  assert.ok(origins.size >= 4, `entries of proof, help, store and react19 came from ${[...origins].join(' ')}`);
}

async function placesOrder(day: Day): Promise<void> {
  const { demo, tab } = day;
  day.orderId = await placeOrder(tab, 'the first order');
  await orderRow(
    tab,
    'the order to be complete',
    ({ id, sync, status }) => id === day.orderId && sync === 'synced' && status === 'COMPLETE',
  );
  assert.deepEqual(deedsOf(demo, day.orderId), wholeWay);
  const steps = (await onServer(day)).flow?.done ?? [];
  assert.equal(steps.length, 5, 'an order has five steps');
  for (const { node } of steps.slice(0, -1)) assert.match(node, /^browser-/, 'a step did not run in the browser');
  assert.match(steps[4]?.node ?? '', /^server-/, 'the payment did not run on the server');
}

async function reloads({ tab, orderId }: Day): Promise<void> {
  await tab.reload();
  await orderRow(tab, 'the order after a reload', ({ id, status }) => id === orderId && status === 'COMPLETE');
  const databases = await tab.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  assert.ok(
    databases.some((name) => name?.startsWith('testudo')),
    `IndexedDB holds ${databases.join(', ')}`,
  );
}

async function takesOver(day: Day): Promise<void> {
  const { demo, session, tab: leading, orderId } = day;
  const second = await session.newTab();
  await second.open(`${demo.url}/store`);
  await second.show();
  await orderRow(second, 'the order in the second tab', ({ id }) => id === orderId);
  await editNote(second, orderId, 'edited in the second tab');
  await leading.show();
  await orderRow(leading, 'the edit in the leading tab', ({ text }) => text.includes('edited in the second tab'));
  await leading.close();
  await second.show();
  await editNote(second, orderId, 'edited after the take-over');
  await orderRow(
    second,
    'the edit of the new leader',
    ({ text, sync }) => text.includes('edited after the take-over') && sync === 'synced',
  );
  day.tab = second;
}

async function isPushed(day: Day, engine: Engine): Promise<void> {
  const { demo, orderId, tab } = day;
  await editNote(tab, orderId, 'readable by REST');
  await until('the edit at the server', async () =>
    (await onServer(day)).fields.note === 'readable by REST' ? true : undefined,
  );
  const other = await engine.openSession();
  try {
    const watching = await other.newTab();
    await watching.open(`${demo.url}/store`);
    await orderRow(watching, 'the order in a second browser', ({ id }) => id === orderId);
    await until('both links', async () => ((await demo.health()).sockets >= 2 ? true : undefined));
    await tab.show();
    await editNote(tab, orderId, 'pushed to the other');
    await orderRow(watching, 'what is pushed', ({ text }) => text.includes('pushed to the other'));
  } finally {
    await other.close();
  }
}

async function survivesServer({ demo, tab, orderId }: Day): Promise<void> {
  await tab.evaluate(keptForOffline);
  await demo.stop();
  await assert.rejects(fetch(`${demo.url}/health`));
  await tab.reload();
  await orderRow(
    tab,
    'the order without a server',
    ({ id, text }) => id === orderId && text.includes('pushed to the other'),
  );
}

interface StoredOrder {
  readonly fields: { readonly note: string };
  readonly flow: { readonly done: readonly { readonly node: string }[] } | null;
}

async function onServer({ demo, orderId }: Day): Promise<StoredOrder> {
  const call = await client(demo.url, 'ada');
  const reply = await call(`/api/models/orders/${orderId}`);
  assert.equal(reply.status, 200);
  return ((await reply.json()) as { object: StoredOrder }).object;
}
