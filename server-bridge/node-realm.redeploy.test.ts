import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Worker } from 'node:worker_threads';

import { rspack } from '@rspack/core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { parseSidecar } from '@testudo/fabric/catalog/sidecar';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { unwrap } from '@testudo/fabric/error';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';
import type { DecideRequest, Decision } from '@testudo/fabric/spec/decision';
import { defineRemote, identify } from '@testudo/remote-preset';

import { remote as orderRemote } from '../remotes/order/remote.config.ts';
import { startNodeRealm } from './node-realm.ts';

const REDEPLOYS = 10;
const DECISIONS = 50;

interface Built {
  readonly sidecar: Sidecar;
  readonly path: string;
  readonly variant: string;
}

const outputDirectory = mkdtempSync(join(tmpdir(), 'testudo-redeploy-'));
const builds = new Map<string, Built>();

async function build(variant: string): Promise<Built> {
  const directory = join(import.meta.dirname, '../remotes/order');
  const options = { ...orderRemote, directory, outputDirectory, variant };
  await new Promise<void>((resolve, reject) => {
    const compiler = rspack(defineRemote(options));
    compiler.run((error, stats) => {
      compiler.close(() => (error || stats?.hasErrors() ? reject(error ?? new Error(stats?.toString())) : resolve()));
    });
  });
  const { path } = identify(options);
  return { sidecar: parseSidecar(readFileSync(join(path, 'remote.json'), 'utf8')), path, variant };
}

beforeAll(async () => {
  for (let index = 0; index <= REDEPLOYS; index += 1) {
    const built = await build(`r${index}`);
    builds.set(built.sidecar.global, built);
  }
}, 60_000);

afterAll(() => rmSync(outputDirectory, { recursive: true }));

interface Started {
  readonly realm: RealmHandle;
  readonly thread: Worker;
}

/** A realm and the thread that it runs in, which only the process itself tells of. */
async function start(): Promise<Started> {
  const started = new Promise<Worker>((resolve) => process.once('worker', resolve));
  const realm = await startNodeRealm('redeploy', {
    async bytes(global, path) {
      return { ok: true, value: new Uint8Array(await readFile(join(builds.get(global)?.path ?? '', path))).buffer };
    },
    fetch: async () => ({ ok: false, error: { code: 'CAPABILITY_DENIED', message: 'not granted' } }),
  });
  return { realm, thread: await started };
}

const creation: DecideRequest = {
  at: 'origin',
  modelName: 'order',
  id: 'o1',
  kind: 'create',
  current: null,
  version: 0,
  command: null,
  input: { orderItems: [{ sku: 's', name: 'Scutum', qty: 2, priceCents: 150 }] },
  patch: null,
};

async function decide({ api }: RealmHandle, request: DecideRequest): Promise<Decision> {
  const [result] = await api.decide([request]);
  return unwrap(result!);
}

/** Makes an order and asks for its estimate, which comes from a lazy chunk. */
async function order(realm: RealmHandle): Promise<readonly Decision[]> {
  const made = await decide(realm, creation);
  const command = { kind: 'command', command: 'estimate', current: made.fields, version: 1, input: null } as const;
  return [made, await decide(realm, { ...creation, ...command })];
}

/** Whether what a decision says of its build, by three ways, is of one and the same build. */
function isMixed([made, estimated]: readonly Decision[]): boolean {
  const maker = builds.get(made!.build);
  const estimator = builds.get(estimated!.build);
  const { by } = estimated!.fields['estimate'] as { readonly by: string };
  return maker?.variant !== made!.fields['builtBy'] || estimator?.sidecar.build !== by;
}

/**
 * What a thread still holds: a snapshot begins by collecting everything else. The bytes alone do not tell of a build
 * left behind, which weighs a thousandth of them; the names of the scripts do. A snapshot that is not read to its end
 * outlives its thread, and Node dies of that.
 */
async function held({
  realm,
  thread,
}: Started): Promise<{ readonly bytes: number; readonly builds: readonly string[] }> {
  const scripts = (await text(await thread.getHeapSnapshot())).matchAll(/"https:\/\/realm\.invalid\/(\w+)\//g);
  const { heapBytes } = unwrap(await realm.api.inspect());
  return { bytes: heapBytes ?? Number.NaN, builds: [...new Set(Array.from(scripts, ([, global]) => global!))] };
}

/** The thread's bytes once it holds one build only: V8 may keep what nobody uses any more over one collection. */
async function heldAlone(started: Started, global: string): Promise<number> {
  let bytes = Number.NaN;
  const left = async (): Promise<readonly string[]> => {
    const now = await held(started);
    bytes = now.bytes;
    return now.builds;
  };
  await expect.poll(left, { timeout: 20_000, interval: 0 }).toEqual([global]);
  return bytes;
}

const patienceMs = 120_000;

test(
  'ten redeploys in one realm under decisions: nothing mixed, nothing left, heap flat',
  async () => {
    const started = await start();
    const { realm } = started;
    const orders: (readonly Decision[])[] = [];
    const heaps: number[] = [];
    let former: Sidecar | null = null;
    for (const { sidecar } of builds.values()) {
      const load = realm.api.load({ sidecar, endpoints: {} });
      // some of these meet the former build, some the new one
      const during = former ? Array.from({ length: DECISIONS }, () => order(realm)) : [];
      unwrap(await load);
      const [made, estimated] = await order(realm);
      expect([made?.build, estimated?.build]).toEqual([sidecar.global, sidecar.global]);
      orders.push([made!, estimated!], ...(await Promise.all(during)));
      if (former) {
        unwrap(await realm.api.evict(former.global));
        heaps.push(await heldAlone(started, sidecar.global));
      }
      former = sidecar;
    }
    console.log(`realm heap ${heaps.map((bytes) => (bytes / 1e6).toFixed(2)).join(' ')} MB`);
    expect(orders.filter(isMixed)).toEqual([]);
    expect(new Set(orders.flat().map((decision) => decision.build)).size).toBe(REDEPLOYS + 1);
    expect(unwrap(await realm.api.inspect()).builds.map(({ global }) => global)).toEqual([former?.global]);
    expect((heaps.at(-1) ?? Number.NaN) / (heaps[0] ?? Number.NaN)).toBeLessThanOrEqual(1.15);
    await realm.terminate();
  },
  patienceMs,
);
