import { expect, test } from 'vitest';

import type { WasmDeclaration } from '../../catalog/sidecar.ts';
import type { ModelObject } from '../../spec/model-object-api.ts';
import { alloc, answer, assemble, echo, op } from '../../testing/wasm-module.ts';
import type { TestFunction, TestModule } from '../../testing/wasm-module.ts';
import { callAdapter, loadModule, loadUncompiled } from '../../testing/wasm-world.ts';

const memory = { initial: 1, maximum: 2 };
const sound: TestModule = { functions: [alloc, echo], memory };
const named = (name: string, body: readonly number[]): TestFunction => ({ name, params: 2, results: 1, body });

/** A start function takes nothing and gives nothing. */
const asStart = (each: TestFunction): TestFunction =>
  each.name === 'begin' ? { ...each, params: 0, results: 0 } : each;
const telling: Partial<TestModule> = {
  imports: [{ module: 'testudo', name: 'log', params: 2 }],
  functions: [alloc, echo, named('begin', [...op.i32(0), ...op.i32(1), ...op.call(0)])].map(asStart),
  start: 3,
};

/** Loads a module with one function more, which is an adapter, and calls it. */
async function calling(more: TestFunction, module: Partial<TestModule> = {}): Promise<unknown> {
  const functions = [alloc, echo, more];
  const world = await loadModule(assemble({ ...sound, functions, ...module }), { functions: [more.name] });
  return callAdapter(world, more.name);
}

test('an adapter gets the object, its port, arguments and key as plain data, and answers plain data', async () => {
  const world = await loadModule(assemble(sound));
  const args = [{ weight: 2.5, ünï: '😀' }];
  expect(await callAdapter(world, 'echo', { args })).toEqual({
    model: { modelName: 'thing', id: 't1', version: 1, fields: { size: 3 } },
    port: 'echo',
    args,
    idempotencyKey: 'k1',
  });
});

test.each([
  ['an import that is not declared', { imports: [{ module: 'testudo', name: 'log', params: 2 }] }, 'CAPABILITY_DENIED'],
  ['an import that nobody offers', { imports: [{ module: 'env', name: 'open', params: 2 }] }, 'CAPABILITY_DENIED'],
  ['a memory without a maximum', { memory: { initial: 1 } }, 'SPEC_INVALID'],
  ['a memory above its declaration', { memory: { initial: 1, maximum: 3 } }, 'SPEC_INVALID'],
  ['no memory', { memory: undefined, functions: [alloc, named('echo', op.i32(0))] }, 'SPEC_INVALID'],
  ['a table that may grow', { tables: [{ initial: 1 }] }, 'SPEC_INVALID'],
  ['a huge table', { tables: [{ initial: 9_000_000, maximum: 9_000_000 }] }, 'SPEC_INVALID'],
  ['many tables', { tables: Array.from({ length: 9 }, () => ({ initial: 1, maximum: 9000 })) }, 'SPEC_INVALID'],
  ['arrays that the engine collects', { types: [[0x5e, 0x7f, 1]] }, 'SPEC_INVALID'],
  ['a missing function', { functions: [alloc] }, 'SPEC_INVALID'],
  ['no testudo_alloc', { functions: [echo] }, 'SPEC_INVALID'],
])('a module with %s is refused before it runs', async (_what, module, code) => {
  const bytes = assemble({ ...sound, ...module } as TestModule);
  await expect(loadModule(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining('test.wasm') });
});

test.each([
  [{ functions: undefined }, 'wasm.0.functions'],
  [{ service: 's' }, 'wasm.0.service'],
  [{ maxPages: 0 }, 'wasm.0.maxPages'],
  [{ maxPages: 4097 }, 'wasm.0.maxPages'],
  [{ imports: ['node.fs'] }, 'wasm.0.imports.0'],
  [{ interface: 'bytes' as const }, 'wasm.0.interface'],
  [{ path: 'other.wasm' }, 'wasm.0.path'],
  [{ threads: 4 }, 'wasm.0.threads'],
])('a declaration with %o is refused by its key', async (changes, key) => {
  await expect(loadModule(assemble(sound), changes as Partial<WasmDeclaration>)).rejects.toMatchObject({
    code: 'SIDECAR_INVALID',
    message: expect.stringContaining(key),
  });
});

test('where the engine may not compile, adapters are left to the scripts, and a model is refused', async () => {
  expect((await loadUncompiled()).adapters.size).toBe(0);
  await expect(loadUncompiled({ exposes: './models' })).rejects.toMatchObject({ code: 'API_UNSUPPORTED' });
});

test('bytes that are no module are refused', async () => {
  await expect(loadModule(new Uint8Array([0, 1, 2]))).rejects.toMatchObject({ code: 'LOAD_FAILED' });
});

test('a declared import is there, a log of it carries text only', async () => {
  const body = [...op.i32(64), ...op.i32(5), ...op.call(0), ...answer(0, op.local(0), op.local(1))];
  const world = await loadModule(
    assemble({
      functions: [alloc, named('tell', body)],
      imports: [{ module: 'testudo', name: 'log', params: 2 }],
      memory,
      data: [{ at: 64, text: 'hello' }],
    }),
    { functions: ['tell'], imports: ['testudo.log'] },
  );
  await callAdapter(world, 'tell');
  expect(world.logged).toEqual(['hello']);
});

test('a trap is a coded error that is not tried again, and the next call has a fresh instance', async () => {
  const dirtyThenTrap = named('trap', [...op.i32(32), ...op.i32(1), ...op.store, ...op.unreachable]);
  const look = named('look', answer(0, op.i32(32), op.i32(1)));
  const world = await loadModule(
    assemble({ functions: [alloc, dirtyThenTrap, look], memory, data: [{ at: 32, text: '7' }] }),
    { functions: ['trap', 'look'] },
  );
  await expect(callAdapter(world, 'trap')).rejects.toMatchObject({
    code: 'INTERNAL',
    retryable: false,
    cause: undefined,
    message: expect.stringMatching(/^test\.wasm: trap: trapped: /),
  });
  expect(await callAdapter(world, 'look')).toBe(7);
});

test.each([
  ['an address outside its memory', named('bad', answer(0, op.i32(65_530), op.i32(100))), 'outside its memory'],
  ['a result outside its memory', named('bad', op.i32(-4)), 'outside its memory'],
  ['a status that is none', named('bad', answer(9, op.i32(0), op.i32(0))), 'status 9'],
  ['what is no JSON', named('bad', answer(0, op.i32(64), op.i32(3))), 'not JSON'],
])('%s is a coded error', async (_what, bad, problem) => {
  await expect(calling(bad, { data: [{ at: 64, text: '{"a' }] })).rejects.toMatchObject({
    code: 'INTERNAL',
    message: expect.stringContaining(problem),
  });
});

test('a table of fixed size, and types of functions that take references, are nothing to refuse', async () => {
  const types = [[0x60, 1, 0x63, 0x70, 1, 0x6f]];
  const world = await loadModule(assemble({ ...sound, types, tables: [{ initial: 4, maximum: 4 }] }));
  expect(await callAdapter(world, 'echo')).toMatchObject({ port: 'echo' });
});

test.each([
  ['traps', { functions: [alloc, echo, named('begin', op.unreachable)].map(asStart), start: 2 }],
  ['uses its memory by an import, before there is an instance', telling],
  ['does not come to run: its data lie outside its memory', { data: [{ at: 65_535, text: 'too long' }] }],
])('a module whose start %s fails at its call, each time, with a coded error', async (_what, module) => {
  const imports = 'imports' in module ? ['testudo.log'] : [];
  const world = await loadModule(assemble({ ...sound, ...module }), { imports });
  for (let time = 0; time < 2; time += 1)
    await expect(callAdapter(world, 'echo')).rejects.toMatchObject({ code: 'INTERNAL', cause: undefined });
});

test('growth beyond the bound fails in the module; no room for the input is said so', async () => {
  const greedy = named('greedy', [...op.i32(5), ...op.grow, ...op.drop, ...answer(0, op.i32(64), op.i32(4))]);
  expect(await calling(greedy, { data: [{ at: 64, text: 'true' }] })).toBe(true);
  const full: TestFunction = { ...alloc, body: op.i32(0) };
  const world = await loadModule(assemble({ functions: [full, echo], memory }));
  await expect(callAdapter(world, 'echo')).rejects.toMatchObject({ message: expect.stringContaining('maxPages') });
});

test("a module's error has its code; an unknown one is PORT_FAILED", async () => {
  const failing = (json: string) =>
    calling(named('fail', answer(1, op.i32(64), op.i32(json.length))), { data: [{ at: 64, text: json }] });
  await expect(failing('{"code":"VALIDATION","message":"no"}')).rejects.toMatchObject({
    code: 'VALIDATION',
    message: 'no',
  });
  await expect(failing('{"code":"constructor"}')).rejects.toMatchObject({ code: 'PORT_FAILED' });
});

test('an adapter asks its service by answering, and goes on with what it gave', async () => {
  const wish = '{"method":"pick","request":{"qty":2},"then":"echo","state":[1]}';
  const ask = named('ask', answer(2, op.i32(64), op.i32(wish.length)));
  const world = await loadModule(assemble({ functions: [alloc, echo, ask], memory, data: [{ at: 64, text: wish }] }), {
    functions: ['ask'],
  });
  const asked: unknown[] = [];
  const service = {
    pick: async (request: object) => {
      asked.push(Object.keys(request));
      return { shelf: 'C4' };
    },
  };
  expect(await callAdapter(world, 'ask', { service })).toEqual({ state: [1], result: { shelf: 'C4' } });
  expect(asked).toEqual([['qty', 'signal']]);
  const lost = { pick: () => Promise.reject(Object.assign(new Error('shut'), { code: 'UNAVAILABLE' })) };
  expect(await callAdapter(world, 'ask', { service: lost })).toEqual({
    state: [1],
    error: { code: 'UNAVAILABLE', message: 'shut' },
  });
});

test("an adapter's events are told by its object; other functions may emit none", async () => {
  const told = '{"kg":3}';
  const body = [...op.i32(64), ...op.i32(5), ...op.i32(80), ...op.i32(told.length), ...op.call(0)];
  const bytes = assemble({
    functions: [alloc, named('say', [...body, ...answer(0, op.i32(80), op.i32(told.length))])],
    imports: [{ module: 'testudo', name: 'emit', params: 4 }],
    memory,
    data: [
      { at: 64, text: 'heavy' },
      { at: 80, text: told },
    ],
  });
  const world = await loadModule(bytes, { functions: ['say'], imports: ['testudo.emit'] });
  const events: unknown[] = [];
  const model = {
    ...{ fields: {}, version: 1, getName: () => 'thing', getId: () => 't1' },
    emit: async (name: string, payload: unknown) => void events.push([name, payload]),
  };
  expect(await callAdapter(world, 'say', { model: model as unknown as ModelObject })).toEqual({ kg: 3 });
  expect(events).toEqual([['heavy', { kg: 3 }]]);
  const service = { exposes: './services', service: 's', functions: ['say'], imports: ['testudo.emit'] } as const;
  const { services } = await loadModule(bytes, service);
  const speaker = services.get('s')?.({} as never) as { say(): unknown };
  expect(() => speaker.say()).toThrow('only an adapter may emit');
});

test('a service has the functions as methods, with plain data', async () => {
  const { services } = await loadModule(assemble(sound), { exposes: './services', service: 'mirror' });
  const mirror = services.get('mirror')?.({} as never) as { echo(input?: unknown): unknown };
  expect(mirror.echo({ lines: [1, 'two'] })).toEqual({ lines: [1, 'two'] });
  expect(mirror.echo()).toBeNull();
});

test('a service of bytes takes and gives bytes, which are its own copy', async () => {
  const { services } = await loadModule(assemble(sound), { exposes: './services', service: 'raw', interface: 'bytes' });
  const raw = services.get('raw')?.({} as never) as { echo(bytes: ArrayBuffer | Float64Array): Uint8Array };
  const given = new Float64Array([1.5, -2]);
  const back = raw.echo(given.buffer);
  expect(new Float64Array(back.buffer)).toEqual(given);
  expect(back.buffer.byteLength).toBe(16);
  expect(new Float64Array(raw.echo(given.subarray(1)).buffer)).toEqual(new Float64Array([-2]));
  expect(() => raw.echo(9e9 as never)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
