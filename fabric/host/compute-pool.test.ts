import { expect, test } from 'vitest';

import type { PortRequest } from '../realm/realm-api.ts';
import type { PortReport } from '../spec/model-report.ts';
import { realmsWorld, type StartedRealm } from '../testing/realms-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const rank: PortReport = {
  ...{ type: 'inbound', service: null, consumesEvent: null, producesEvent: null, timeoutMs: 5000, maxRetry: 0 },
  ...{ disabled: false, compute: true },
} as PortReport;
const bindings = {
  adapters: { 'offer.rank': 'ranking#rank', 'other.rank': 'third#rank', 'far.rank': 'ranking#rank' },
  services: {},
};
const call = (key: string, modelName = 'offer'): PortRequest => ({
  ...{ modelName, port: 'rank', id: 'o1', fields: {}, version: 1, args: [], idempotencyKey: key, timeoutMs: 5000 },
});

/** Offers, whose ranking computes until a test lets it go. */
async function offers(compute = { min: 0, max: 2 }, realms?: { readonly [realm: string]: readonly string[] }) {
  const world = realmsWorld({ compute, bindings, ...(realms ? { realms } : {}) }, { rank });
  // Its program comes with the first call: from the disk, which takes more than a turn.
  await import('./realm-office.ts');
  await world.realms.use(world.snapshot('offer', 'other', 'ranking', 'third', 'far'));
  const answers = new Map<string, () => void>();
  const computing = (): readonly StartedRealm[] => world.started.filter(({ name }) => name.includes('compute'));
  world.onStart((realm) => {
    realm.onCall = ({ name }, { idempotencyKey }) =>
      new Promise((resolve) => answers.set(idempotencyKey, () => resolve(world.done(name))));
  });
  const ask = async (key: string, modelName?: string) =>
    (await world.realms.ready(modelName ?? 'offer')).callPort(call(key, modelName));
  return { ...world, answers, computing, ask };
}

test('compute - a port that computes runs in a realm of its own, with the builds it needs and no others', async () => {
  const { ask, answers, computing, started } = await offers();
  const outcome = ask('a');
  await settled();
  expect(started.map(({ name, loaded }) => [name, loaded])).toEqual([
    ['main', ['offer', 'other', 'ranking', 'third', 'far']],
    ['main-compute-1', ['offer', 'ranking']],
  ]);
  expect([started[0]!.calls, computing()[0]!.calls]).toEqual([[], [call('a')]]);
  answers.get('a')!();
  expect(await outcome).toMatchObject({ ok: true, value: { result: { by: 'main-compute-1' } } });
});

test('compute - never more realms than allowed; what is too much waits, in its order', async () => {
  const { ask, answers, computing, realms } = await offers();
  const outcomes = ['a', 'b', 'c', 'd'].map((key) => ask(key));
  await settled();
  expect(realms.compute()).toEqual({ min: 0, max: 2, running: 2, busy: 2, waiting: 2 });
  answers.get('b')!();
  await settled();
  expect(computing().map(({ calls }) => calls.map(({ idempotencyKey }) => idempotencyKey))).toEqual([
    ['a'],
    ['b', 'c'],
  ]);
  for (const key of ['a', 'c']) answers.get(key)!();
  await settled();
  answers.get('d')!();
  expect((await Promise.all(outcomes)).every(({ ok }) => ok)).toBe(true);
  expect(computing()).toHaveLength(2);
});

test('compute - a pool with too many waiting refuses, retryably', async () => {
  const { ask } = await offers({ min: 0, max: 1 });
  const outcomes = Array.from({ length: 60 }, (_, index) => ask(`k${index}`));
  await settled();
  const refused = await Promise.race(outcomes.slice(-1));
  expect(refused).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
});

test('compute - a realm may be silent as long as its port has time; then it is ended, and its call timed out', async () => {
  const { ask, platform, computing, realms } = await offers();
  const outcome = ask('a');
  await settled();
  for (let passed = 0; passed < 5000; passed += 500) {
    platform.pass(500);
    await settled();
  }
  expect(computing()[0]!.isOver).toBe(false);
  platform.pass(500);
  expect(await outcome).toMatchObject({ ok: false, error: { code: 'PORT_TIMEOUT' } });
  expect([computing()[0]!.isOver, realms.compute().running]).toEqual([true, 0]);
});

test('compute - idle realms end after a while, but for those that are kept', async () => {
  const { ask, answers, platform, realms, computing } = await offers({ min: 1, max: 2 });
  const outcomes = [ask('a'), ask('b')];
  await settled();
  for (const key of ['a', 'b']) answers.get(key)!();
  await Promise.all(outcomes);
  platform.pass(31_000);
  await settled();
  expect(realms.compute()).toMatchObject({ running: 1, busy: 0 });
  expect(computing().filter(({ isOver }) => !isOver)).toHaveLength(1);
});

test('compute - a call whose realm is lost is told so, and the next one gets a new realm', async () => {
  const { ask, answers, computing, realms } = await offers();
  const lost = ask('a');
  await settled();
  computing()[0]!.lose('a crash');
  expect(await lost).toMatchObject({ ok: false, error: { code: 'REALM_LOST' } });
  expect(realms.compute().running).toBe(0);
  const next = ask('b');
  await settled();
  answers.get('b')!();
  expect(await next).toMatchObject({ ok: true });
});

test('compute - code of two trust groups never shares a realm; one gives way to the other', async () => {
  const { ask, answers, computing } = await offers({ min: 0, max: 1 }, { a: ['offer', 'ranking'], b: ['*'] });
  const [first, second] = [ask('a'), ask('b', 'other')];
  await settled();
  expect(computing().map(({ name, isOver }) => [name, isOver])).toEqual([['a-compute-1', false]]);
  answers.get('a')!();
  await first;
  await settled();
  expect(computing().map(({ name, loaded, isOver }) => [name, loaded, isOver])).toEqual([
    ['a-compute-1', ['offer', 'ranking'], true],
    ['b-compute-2', ['other', 'third'], false],
  ]);
  answers.get('b')!();
  expect(await second).toMatchObject({ ok: true });
});

test('compute - of a port whose adapter is in another realm only the adapter computes, in a realm of its group', async () => {
  const { ask, started, computing } = await offers(undefined, { a: ['far'], b: ['*'] });
  const far = started.find(({ name }) => name === 'a')!;
  far.onCall = async ({ host }) =>
    (await host.ask!({ ...call('k', 'far'), type: 'adapter', adapter: 'ranking#rank' })) as never;
  expect(await ask('k', 'far')).toMatchObject({ ok: true, value: { by: 'b-compute-1' } });
  expect(computing().map(({ name, loaded, adapterCalls }) => [name, loaded, adapterCalls.length])).toEqual([
    ['b-compute-1', ['ranking'], 1],
  ]);
});

test('compute - changed bindings are used by the next call; one under way ends as it began', async () => {
  const { ask, answers, computing, realms } = await offers({ min: 0, max: 1 });
  const [first, second] = [ask('a'), ask('b')];
  await settled();
  await realms.rebind();
  answers.get('a')!();
  expect(await first).toMatchObject({ value: { result: { by: 'main-compute-1' } } });
  await settled();
  answers.get('b')!();
  expect(await second).toMatchObject({ value: { result: { by: 'main-compute-2' } } });
  expect(computing().map(({ isOver }) => isOver)).toEqual([true, false]);
});

test('compute - the host’s end ends the pool and tells who waits', async () => {
  const { ask, realms, computing } = await offers({ min: 0, max: 1 });
  const outcomes = [ask('a'), ask('b')];
  await settled();
  await realms.close();
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ error: { code: 'REALM_LOST' } });
  expect(computing().map(({ isOver }) => isOver)).toEqual([true]);
});
