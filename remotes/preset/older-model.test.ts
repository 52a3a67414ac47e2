import { beforeAll, expect, test, vi } from 'vitest';

import type { WasmDeclaration } from '@testudo/fabric/catalog/sidecar';
import { decide } from '@testudo/fabric/spec/decide';
import type { DecideRequest, Decision } from '@testudo/fabric/spec/decision';
import { callPort } from '@testudo/fabric/port/call-port';
import { virtualPlatform } from '../../fabric/testing/virtual-platform.ts';
import { loadBuild, loadModule } from '../../fabric/testing/wasm-world.ts';
import { compileWasm } from './compile-wasm.ts';

// The compiler takes seconds on a busy machine.
vi.setConfig({ hookTimeout: 60_000 });

const declaration: Omit<WasmDeclaration, 'path'> = {
  exposes: './models',
  interface: 'strings',
  imports: ['env.abort', 'aegis.log'],
  maxPages: 16,
};
const source = './fixtures/older-model/assembly/parcel.ts';
let bytes: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  bytes = new Uint8Array((await compileWasm({ ...declaration, source }, import.meta.dirname)).bytes);
});

const model = async () => {
  const build = await loadBuild(bytes, declaration);
  return { ...build.models.get('parcel')!, adapters: build.adapters };
};

const request: DecideRequest = {
  at: 'origin',
  modelName: 'parcel',
  id: 'p1',
  kind: 'create',
  current: null,
  version: 0,
  command: null,
  input: { to: 'Ada ☂', size: 3, tags: ['x'] },
  patch: null,
};

async function ask(changes: Partial<DecideRequest> = {}): Promise<Decision> {
  const { spec } = await model();
  return decide(spec, { ...request, ...changes }, { build: 'b1', uuid: () => 'u1', now: () => 5 });
}

test('the same source gives the same bytes, and none of them name this machine', async () => {
  const again = await compileWasm({ ...declaration, source }, import.meta.dirname);
  expect(Buffer.from(again.bytes).equals(Buffer.from(bytes))).toBe(true);
  expect(again.declaration.path).toMatch(/^parcel\.[0-9a-f]{8}\.wasm$/);
  const words = Buffer.from(bytes).toString('latin1') + Buffer.from(bytes).toString('utf16le');
  expect(words).not.toContain(import.meta.dirname);
}, 60_000);

test('a module of the older interface is a model by the same checks', async () => {
  const { report } = await model();
  expect(report).toMatchObject({
    modelName: 'parcel',
    endpoint: 'parcels',
    domain: 'shipping',
    commands: { seal: { acl: ['write'] } },
    ports: {
      weigh: { type: 'outbound', service: 'scale', consumesEvent: 'parcelCreated', producesEvent: 'parcelWeighed' },
      track: { type: 'inbound', service: 'carrier', consumesEvent: null },
    },
  });
  expect(Object.keys(report.commands)).toEqual(['seal']);
});

test('its factory gets and gives texts; what it hands back unchanged keeps its type', async () => {
  expect((await ask()).fields).toEqual({ to: 'Ada ☂', size: 3, parcelNo: 'P-u1', status: 'NEW' });
});

test('its validation and its onDelete refuse with the words that they throw', async () => {
  await expect(ask({ input: { size: 1 } })).rejects.toMatchObject({
    code: 'VALIDATION',
    message: expect.stringContaining('a parcel must have a receiver'),
  });
  const gone = { kind: 'delete', current: { to: 'Ada', status: 'SHIPPED' }, version: 1, input: null } as const;
  await expect(ask(gone)).rejects.toMatchObject({ message: expect.stringContaining('it is on its way') });
  expect((await ask({ ...gone, current: { to: 'Ada' } })).fields).toEqual({ to: 'Ada' });
});

test('a command changes the object and may log', async () => {
  const current = { to: 'Ada', size: 3, parcelNo: 'P-1', status: 'NEW' };
  const sealed = await ask({ kind: 'command', command: 'seal', current, version: 1, input: null });
  expect(sealed.fields).toEqual({ ...current, status: 'SEALED' });
  const world = await loadModule(bytes, declaration);
  const spec = world.models.get('test.wasm') as { commands: { seal: { command(model: object, input: null): void } } };
  spec.commands.seal.command({ fields: current }, null);
  expect(world.logged).toEqual(['sealing P-1 ✓']);
});

test('it serves its own port, whose callback turns the result into changes', async () => {
  const { spec, adapters } = await model();
  const call = {
    ...{ modelName: 'parcel', port: 'weigh', id: 'p1', fields: { to: 'Ada', size: 3 }, version: 1 },
    ...{ args: [], idempotencyKey: 'k1', timeoutMs: 0 },
  };
  const bound = { adapters: [{ name: 'test#weigh', adapter: adapters.get('weigh')! }], service: undefined };
  const outcome = await callPort(spec, call, { bound, platform: virtualPlatform() });
  expect(outcome).toMatchObject({ result: { grams: '750' }, patch: { set: { weight: '750 g' } } });
});

test('a thousand calls leave nothing pinned: the memory stays within its pages', async () => {
  const { spec } = await model();
  const long = 'x'.repeat(2000);
  for (let call = 0; call < 1000; call += 1) spec.factory({ uuid: () => 'u', now: () => 0 })({ to: long, size: call });
});
