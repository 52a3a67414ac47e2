import { expect, test } from 'vitest';

import { defineModel } from '../spec/define-model.ts';
import type { PortCall } from '../spec/port-spec.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { RealmAsk } from '../realm/realm-ask.ts';
import { objectWorld, type ObjectWorld } from '../testing/object-world.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const eve = { user: 'eve', roles: [], tenant: 'main' };
type Act = (call: PortCall) => Promise<PlainRecord>;

type Validate = (model: PortCall['model'], kind: string) => Promise<void>;

/** Notes, with one port whose adapter is the test's own; `peek` is a command that reads another note. */
async function notes(
  act: Act,
  command: (model: PortCall['model'], input: Plain) => Promise<unknown> = async () => ({}),
  validate: Validate = async () => undefined,
) {
  const note = defineModel({
    modelName: 'note',
    endpoint: 'notes',
    factory: () => (input) => input,
    ports: {
      run: { type: 'outbound', consumesEvent: 'noteCreated', timeout: 0, maxRetry: 0, keys: ['told'] },
      idle: { type: 'outbound' },
    },
    validate: (model, { kind }) => validate(model, kind),
    commands: { peek: { command }, mark: { command: () => ({ marked: true }) } },
    accessControlList: { read: ['owner'], write: ['owner'] },
  });
  const world = await objectWorld(
    { note: { models: { note } }, acts: { adapters: { run: () => act } } },
    { adapters: { 'note.run': 'acts#run' }, services: {} },
  );
  return world;
}

/** Makes a note, and waits until its flow has ended. */
async function make({ host }: Pick<ObjectWorld, 'host'>, input: PlainRecord = {}, principal = ada): Promise<string> {
  const { state } = await host.write({ modelName: 'note', kind: 'create', input }, principal);
  await expect.poll(async () => (await host.find('note', state.id, principal)).flow?.due).toEqual([]);
  return state.id;
}

test('an adapter writes by its object: queued changes go as one op, before the step is done', async () => {
  const world = await notes(async ({ model }) => {
    model.update({ a: 1 }).update({ b: 2 });
    return { told: 'yes' };
  });
  const id = await make(world);
  const { fields, version, flow } = await world.host.find('note', id, ada);
  expect(fields).toEqual({ a: 1, b: 2, told: 'yes' });
  expect(version).toBe(3);
  expect(flow?.done.map(({ status }) => status)).toEqual(['done']);
});

test('save resolves with the durable state; a stale base is CONFLICT, and what a failed adapter queued is dropped', async () => {
  const failures: unknown[] = [];
  const world = await notes(async ({ model }) => {
    if (model.fields['first'] !== true) return {};
    const saved = await model.update({ a: 1 }).save();
    expect([saved.version, saved.fields['a'], saved.owner]).toEqual([2, 1, 'ada']);
    await model
      .update({ a: 2 })
      .save()
      .catch((error: unknown) => failures.push(error));
    saved.update({ lost: true });
    throw new Error('ill');
  });
  const id = await make(world, { first: true });
  expect(failures).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await world.host.find('note', id, ada)).fields).toEqual({ first: true, a: 1 });
});

test('code asks in the name of its object’s owner: what is not his is not there', async () => {
  const seen: unknown[] = [];
  const world = await notes(async ({ model }) => {
    const { id = '' } = model.fields as { readonly id?: string };
    seen.push(
      (await model.list()).length,
      await model.count(),
      await model.find(id).catch((error: { code: string }) => error.code),
      model.getContext().principal.user,
    );
    return {};
  });
  const hers = await make(world);
  seen.length = 0;
  await make(world, { id: hers }, eve);
  expect(seen).toEqual([1, 1, 'NOT_FOUND', 'eve']);
});

test('code that decides may read and not write', async () => {
  const tried: unknown[] = [];
  const attempt = async (run: () => unknown): Promise<void> => {
    await Promise.resolve()
      .then(run)
      .then(
        () => tried.push('done'),
        (error: { code: string }) => tried.push(error.code),
      );
  };
  const world = await notes(
    async () => ({}),
    async (model, input) => {
      const other = await model.find(String(input));
      await attempt(() => other.update({ a: 1 }).save());
      await attempt(() => other.delete());
      await attempt(() => model.emit('noteSeen'));
      await attempt(() => model.addListener('x', () => undefined));
      await attempt(() => (other as unknown as { mark(): Promise<unknown> }).mark());
      await attempt(() => (other as unknown as { idle(): Promise<unknown> }).idle());
      await attempt(() => model.getDataSource().create({}));
      return { copied: other.fields['text'] ?? null };
    },
  );
  const other = await make(world, { text: 'hello' });
  const id = await make(world);
  const { state } = await world.host.write(
    { modelName: 'note', kind: 'command', id, command: 'peek', input: other },
    ada,
  );
  expect(state.fields['copied']).toBe('hello');
  expect(tried).toEqual(Array.from({ length: 14 }, () => 'FORBIDDEN')); // the origin decides, and the authority
  expect((await world.host.list('note', {}, ada)).objects).toHaveLength(2);
  expect(world.counts.asks).toBe(2); // to find the other one, and nothing else
});

/** Asks by hand what no object's method would, during a call. */
async function during(kind: 'pure' | 'live', ask: (id: string) => Partial<RealmAsk>, who = ada): Promise<unknown> {
  const codes: unknown[] = [];
  const attempt = async (): Promise<unknown> => {
    const call = world.tickets.at(-1) ?? '';
    const answer = await world.ask({ ...ask(first), call } as RealmAsk);
    codes.push(answer.ok ? 'done' : answer.error.code);
    return {};
  };
  let first = '';
  const world = await notes(
    async () => (kind === 'live' && first !== '' ? ((await attempt()) as PlainRecord) : {}),
    () => (kind === 'pure' ? attempt() : Promise.resolve({})),
  );
  first = await make(world);
  const id = await make(world, {}, who);
  await world.host.write({ modelName: 'note', kind: 'command', id, command: 'peek', input: null }, who);
  return codes[0];
}

test('the host itself refuses what pure code asks for, and knows in whose name a call is', async () => {
  const write = (id: string): Partial<RealmAsk> => ({
    type: 'write',
    modelName: 'note',
    kind: 'delete',
    id,
    input: null,
  });
  const synced = (): Partial<RealmAsk> => ({ type: 'synced', modelName: 'note', opId: 'server-1:1' });
  const forged = (id: string): Partial<RealmAsk> => ({ type: 'find', modelName: 'note', id, principal: ada }) as never;
  expect(await during('pure', write)).toBe('FORBIDDEN');
  expect(await during('live', write)).toBe('done');
  expect(await during('live', write, eve)).toBe('NOT_FOUND');
  expect(await during('live', synced)).toBe('done');
  expect(await during('live', synced, eve)).toBe('NOT_FOUND');
  expect(await during('pure', forged, eve)).toBe('NOT_FOUND');
});

test('what a flow has brought is judged in the name of the object’s owner, too', async () => {
  const seen: unknown[] = [];
  const world = await notes(
    async () => ({ told: 1 }),
    undefined,
    async (model, kind) => void seen.push([kind, model.getContext().principal.user, await model.count()]),
  );
  await make(world);
  expect(seen).toContainEqual(['flow', 'ada', 1]);
});

test('commands of other objects, deletes and creates run as any user’s would', async () => {
  const world = await notes(async ({ model }) => {
    if (model.fields['kind'] !== 'maker') return {};
    const made = await model.getDataSource().create({ kind: 'made' });
    const marked = await (made as unknown as { mark(): Promise<typeof made> }).mark();
    const gone = await model.getDataSource().create({ kind: 'gone' });
    await gone.delete();
    const synced = await marked.update({ text: 'x' }).synced();
    return { told: [marked.fields['marked'] ?? null, synced.fields['text'] ?? null] };
  });
  const id = await make(world, { kind: 'maker' });
  expect((await world.host.find('note', id, ada)).fields['told']).toEqual([true, 'x']);
  const { objects } = await world.host.list('note', { where: { kind: 'made' } }, ada);
  expect(objects.map(({ fields, owner }) => [fields, owner])).toEqual([
    [{ kind: 'made', marked: true, text: 'x' }, 'ada'],
  ]);
  expect(await world.host.count('note', { where: { kind: 'gone' } }, ada)).toBe(0);
});

test('the history of an object: its latest changes, latest first', async () => {
  let told: unknown;
  const world = await notes(
    async () => ({ told: 1 }),
    async (model) => {
      told = await model.history({ limit: 2 });
      return {};
    },
  );
  const id = await make(world, { a: 1 });
  await world.host.write({ modelName: 'note', kind: 'update', id, input: { a: 2, b: 1 } }, ada);
  await world.host.write({ modelName: 'note', kind: 'command', id, command: 'peek', input: null }, ada);
  expect(told).toMatchObject([
    { version: 3, kind: 'update', opId: 'server-1:3', user: 'ada', changes: { a: { from: 1, to: 2 }, b: { to: 1 } } },
    { version: 2, kind: 'flow', opId: 'server-1:2', changes: { told: { to: 1 } }, source: 'authority' },
  ]);
});

test('an ask under an id that is no call’s, or one that is over, is refused', async () => {
  let kept: PortCall['model'] | undefined;
  const world = await notes(async ({ model }) => {
    kept = model;
    return {};
  });
  const id = await make(world);
  await expect(kept?.find(id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(kept?.update({ late: true }).save()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  for (const call of ['', '0', '00'.repeat(16), null]) {
    const answer = await world.ask({ type: 'find', modelName: 'note', id, call: call as string });
    expect(answer).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  }
  expect((await world.host.find('note', id, ada)).version).toBe(2);
});

test('adapters whose writes make each other due for ever are stopped', async () => {
  const world = await notes(async ({ model }) => {
    await model.getDataSource().create({});
    return {};
  });
  await make(world);
  const failed = async (): Promise<readonly (string | undefined)[]> => {
    const { objects } = await world.host.list('note', {}, ada);
    return objects.reduce<(string | undefined)[]>(
      (all, { flow }) =>
        all.concat(flow?.done.filter(({ status }) => status === 'failed').map(({ error }) => error) ?? []),
      [],
    );
  };
  await expect.poll(failed).toEqual([expect.stringContaining('16 calls and events led to this')]);
  expect(await world.host.count('note', {}, ada)).toBe(17);
});

test('an odd ask is a bad request, whatever it holds', async () => {
  const answers: unknown[] = [];
  const odd = [
    null,
    7,
    {},
    { type: 'find' },
    { type: 'eval', modelName: 'note' },
    { type: 'find', modelName: 'note', id: 7 },
  ];
  const world = await notes(async () => ({}));
  for (const ask of odd) {
    const answer = await world.ask(ask as never);
    answers.push(answer.ok ? 'done' : answer.error.code);
  }
  expect(answers).toEqual(odd.map(() => 'BAD_REQUEST'));
});
