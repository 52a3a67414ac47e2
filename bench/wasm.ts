import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { loadWasm } from '@testudo/fabric/realm/wasm/wasm-contents';
import { keepEngine } from '@testudo/fabric/realm/wasm/wasm-engine';
import { modelObject } from '@testudo/fabric/spec/model-object';
import type { Adapter, PortCall } from '@testudo/fabric/spec/port-spec';

import { remote } from '../remotes/offers/remote.config.ts';
import { rankOffers } from '../remotes/offers/rank.ts';
import { compileWasm } from '../remotes/preset/compile-wasm.ts';
import type { CompiledWasm } from '../remotes/preset/compile-wasm.ts';
import { interleave, measure } from './measure.ts';
import type { Group, Row } from './measure.ts';

const ROWS = 200_000;
const SMALL_ROWS = 10;
const SMALL_CALLS = 2000;

async function compile(): Promise<CompiledWasm> {
  const [description] = remote.wasm ?? [];
  if (description === undefined) throw new Error('offers describes no WebAssembly');
  return compileWasm(description, join(import.meta.dirname, '../remotes/offers'));
}

/** Loads the module as a realm does, but for the digest of its bytes. */
async function load({ declaration, bytes }: CompiledWasm): Promise<Adapter> {
  const file = { path: declaration.path, integrity: '', bytes: bytes.length };
  const sidecar = { name: 'offers', wasm: [declaration], files: [file] } as unknown as Sidecar;
  const { adapters } = await loadWasm(sidecar, {
    engine: keepEngine(globalThis),
    powers: { log: () => undefined, now: () => 0, random: (length) => randomBytes(length) },
    read: async () => new Uint8Array(bytes).buffer,
  });
  const adapter = adapters.get('rankOffersWasm');
  if (adapter === undefined) throw new Error('the module of offers has no adapter');
  return adapter;
}

function callOf(rows: number): PortCall {
  const model = modelObject({ modelName: 'offer', id: 'o1', version: 1, fields: { seed: 42, rows } });
  return { model, port: 'rankOffers', args: [], idempotencyKey: 'k1', signal: new AbortController().signal };
}

async function milliseconds(work: () => unknown): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const microsecondsEach = async (work: () => unknown): Promise<number> =>
  ((await milliseconds(() => {
    for (let call = 0; call < SMALL_CALLS; call += 1) work();
  })) *
    1000) /
  SMALL_CALLS;

async function row(name: string, unit: string, round: () => Promise<number>): Promise<Row> {
  const [series] = await interleave([round]);
  const { median: value = Number.NaN, spread = Number.NaN } = series ?? {};
  return { name, unit, value, spread, limit: null, peer: null, ratio: null, ok: true };
}

async function run(): Promise<readonly Row[]> {
  const compiled = await compile();
  const rank = (await load(compiled))(undefined);
  const large = callOf(ROWS);
  const small = callOf(SMALL_ROWS);
  return [
    ...(await measure({
      name: `wasm: rankOffers, ${ROWS.toLocaleString('en')} rows`,
      unit: 'ms',
      better: 'lower',
      ours: () => milliseconds(() => rank(large)),
      peers: [{ name: 'JavaScript', round: () => milliseconds(() => rankOffers(42, ROWS)), limit: null }],
    })),
    ...(await measure({
      name: `wasm: rankOffers, ${SMALL_ROWS} rows: a small call with its JSON`,
      unit: 'µs',
      better: 'lower',
      ours: () => microsecondsEach(() => rank(small)),
      peers: [{ name: 'JavaScript', round: () => microsecondsEach(() => rankOffers(42, SMALL_ROWS)), limit: null }],
    })),
    await row(
      `wasm: a module of ${(compiled.bytes.length / 1024).toFixed(0)} kB compiled, checked, called once`,
      'ms',
      () => milliseconds(async () => (await load(compiled))(undefined)(small)),
    ),
  ];
}

/** The same work in JavaScript and in WebAssembly, and what the way into a module costs. */
export const wasm: Group = { name: 'wasm', run };
