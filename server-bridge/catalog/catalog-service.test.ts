import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAdmission } from '@testudo/fabric/catalog/admission';
import type { Snapshot } from '@testudo/fabric/catalog/admission-api';
import type { Catalog } from '@testudo/fabric/catalog/catalog';
import { API_VERSION } from '@testudo/fabric/catalog/supported';
import { TestudoError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

import { directoryBuildStore } from '../directory-build-store.ts';
import { digestOf } from '../node-platform.ts';
import { catalogFile } from './catalog-file.ts';
import { openCatalogService } from './catalog-service.ts';
import type { CatalogService } from './catalog-service.ts';
import type { DeployRequest } from './deploy-request.ts';

const origin = 'http://localhost:9001';

/** A remotes' origin in memory, a host that records snapshots, and the catalogue service between them. */
class World {
  readonly directory = mkdtempSync(join(tmpdir(), 'testudo-catalog-'));
  readonly files = new Map<string, string>();
  readonly snapshots: Snapshot[] = [];
  readonly announced: number[] = [];
  readonly errors: unknown[] = [];
  fetched = 0;
  unable = '';
  /** what the host is asked for fails with this, having run what it could */
  failure: Error | null = null;
  /** fetches of URLs that contain this never answer */
  silent = '';
  isDiskFull = false;

  publish(name: string, build: string, kind: 'model' | 'ui' = 'model'): string {
    const code = `/* ${name} ${build} */`;
    const file = { path: 'entry.js', integrity: digestOf(new TextEncoder().encode(code)), bytes: code.length };
    const expose = kind === 'ui' ? './app' : './models';
    const head = {
      name,
      kind,
      version: '1.0.0',
      build,
      api: API_VERSION,
      mf: '2.9',
      global: `testudo_${name}_${build}`,
    };
    const sidecar = { ...head, entry: 'entry.js', exposes: [expose], files: [file], capabilities: {} };
    this.files.set(`${origin}/${name}/${build}/entry.js`, code);
    this.files.set(`${origin}/${name}/${build}/remote.json`, JSON.stringify(sidecar));
    return `${origin}/${name}/${build}/remote.json`;
  }

  open(listed: readonly DeployRequest[] = []): Promise<CatalogService> {
    const lookup = {
      fetchBytes: (url: string): Promise<ArrayBuffer> => {
        this.fetched += 1;
        if (this.silent !== '' && url.includes(this.silent)) return new Promise(() => undefined);
        const text = this.files.get(url);
        if (text === undefined) return Promise.reject(new TestudoError('LOAD_FAILED', `nothing at ${url}`));
        return Promise.resolve(new TextEncoder().encode(text).buffer as ArrayBuffer);
      },
      digest: (bytes: ArrayBuffer | Uint8Array) => Promise.resolve(digestOf(bytes)),
      allowsOrigin: (asked: string) => asked === origin,
    };
    const admission = createAdmission({ store: directoryBuildStore(this.directory), ...lookup });
    const file = catalogFile(join(this.directory, 'catalog.json'));
    const options = {
      ...lookup,
      admission,
      file: {
        ...file,
        write: (catalog: Catalog) => (this.isDiskFull ? Promise.reject(new Error('ENOSPC')) : file.write(catalog)),
      },
      host: { useSnapshot: (snapshot: Snapshot) => this.#use(snapshot) },
      announce: (revision: number) => this.announced.push(revision),
      onError: (error: unknown) => this.errors.push(error),
    };
    return openCatalogService(options, listed);
  }

  get running(): readonly string[] {
    return this.snapshots.at(-1)?.builds.map(({ sidecar }) => sidecar.global) ?? [];
  }

  async #use(snapshot: Snapshot): Promise<void> {
    const bad = this.unable !== '' && snapshot.builds.some(({ sidecar }) => sidecar.build === this.unable);
    if (bad) throw new TestudoError('SPEC_INVALID', 'ports.pickOrder: no such thing');
    this.snapshots.push(snapshot);
    if (this.failure !== null) throw this.failure;
  }
}

test('catalogue - a deploy is admitted, runs, is kept and announced; an older URL rolls back', async () => {
  const world = new World();
  const first = world.publish('order', 'b1');
  const service = await world.open();
  await service.deploy({ name: 'order', url: first });
  await service.deploy({ name: 'order', url: world.publish('order', 'b2') });
  expect(world.running).toEqual(['testudo_order_b2']);
  expect((await service.deploy({ name: 'order', url: first })).revision).toBe(3);
  expect(world.running).toEqual(['testudo_order_b1']);
  expect(world.announced).toEqual([1, 2, 3]);
  expect(JSON.parse(readFileSync(join(world.directory, 'catalog.json'), 'utf8'))).toEqual(service.current());
});

test('catalogue - deploying what runs already changes nothing', async () => {
  const world = new World();
  const url = world.publish('order', 'b1');
  const service = await world.open();
  await service.deploy({ name: 'order', url });
  await service.deploy({ name: 'order', url });
  expect(world.announced).toEqual([1]);
});

test('catalogue - a build that is named but was lost is taken anew by deploying it again', async () => {
  const world = new World();
  const url = world.publish('order', 'b1');
  await (await world.open()).deploy({ name: 'order', url });
  rmSync(join(world.directory, 'builds'), { recursive: true });
  world.files.clear();
  world.failure = new TestudoError('LOAD_FAILED', 'entry.js is not stored', { data: { remotes: ['order'] } });
  const service = await world.open();
  await service.settled;

  world.failure = null;
  world.publish('order', 'b1');
  const runs = world.snapshots.length;
  expect((await service.deploy({ name: 'order', url })).revision).toBe(1);
  expect(world.snapshots.length).toBe(runs + 1);
  expect(world.running).toEqual(['testudo_order_b1']);
  expect(readdirSync(join(world.directory, 'builds/testudo_order_b1')).sort()).toEqual(['entry.js', 'remote.json']);
  await service.deploy({ name: 'order', url });
  expect(world.snapshots.length, 'what runs is left alone').toBe(runs + 1);
});

const refusals: readonly [string, string, (world: World) => DeployRequest][] = [
  ['ORIGIN_NOT_ALLOWED', 'another origin', () => ({ name: 'order', url: 'http://evil.example/remote.json' })],
  ['LOAD_FAILED', 'nothing there', () => ({ name: 'order', url: `${origin}/none/remote.json` })],
  ['SIDECAR_INVALID', 'another remote', (world) => ({ name: 'order', url: world.publish('store', 'b2') })],
  ['SIDECAR_INVALID', 'another kind', (world) => ({ name: 'order', url: world.publish('order', 'b2', 'ui') })],
  [
    'INTEGRITY_MISMATCH',
    'another pin',
    (world) => ({ name: 'order', url: world.publish('order', 'b2'), integrity: `sha384-${'A'.repeat(64)}` }),
  ],
  [
    'CATALOG_INVALID',
    'a route for a model',
    (world) => ({ name: 'order', url: world.publish('order', 'b2'), route: { segment: 'x', title: 'X', order: 1 } }),
  ],
];

test.each(refusals)('catalogue - %s: %s changes nothing and the former build serves', async (code, _what, request) => {
  const world = new World();
  const service = await world.open();
  const before = await service.deploy({ name: 'order', url: world.publish('order', 'b1') });
  await expect(service.deploy(request(world))).rejects.toMatchObject({ code });
  expect(service.current()).toEqual(before);
  expect(world.running).toEqual(['testudo_order_b1']);
  expect(world.announced).toEqual([1]);
});

test('catalogue - a build with one altered byte is refused', async () => {
  const world = new World();
  const service = await world.open();
  await service.deploy({ name: 'order', url: world.publish('order', 'b1') });
  const url = world.publish('order', 'b2');
  world.files.set(`${origin}/order/b2/entry.js`, '/* order b3 */');
  await expect(service.deploy({ name: 'order', url })).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  expect(world.running).toEqual(['testudo_order_b1']);
});

test('catalogue - a build that the host cannot run is switched back', async () => {
  const world = new World();
  const service = await world.open();
  const before = await service.deploy({ name: 'order', url: world.publish('order', 'b1') });
  world.unable = 'b2';
  const deploy = service.deploy({ name: 'order', url: world.publish('order', 'b2') });
  await expect(deploy).rejects.toMatchObject({ code: 'ADMISSION_FAILED', data: { code: 'SPEC_INVALID' } });
  expect(service.current()).toEqual(before);
  expect(world.running).toEqual(['testudo_order_b1']);
  expect(readdirSync(join(world.directory, 'builds')), 'nothing of it stays').toEqual(['testudo_order_b1']);
});

test('catalogue - after a restart the same builds run without one fetch', async () => {
  const world = new World();
  const service = await world.open([{ name: 'order', url: world.publish('order', 'b1') }]);
  await service.deploy({ name: 'order', url: world.publish('order', 'b2') });
  world.files.clear();
  world.fetched = 0;
  const again = await world.open();
  await again.settled;
  expect(again.current()).toEqual(service.current());
  expect(world.running).toEqual(['testudo_order_b2']);
  expect(world.fetched).toBe(0);
});

test('catalogue - one listed remote that is not there does not keep the others from running', async () => {
  const world = new World();
  const url = world.publish('order', 'b1');
  const service = await world.open([
    { name: 'store', url: `${origin}/store/none/remote.json` },
    { name: 'order', url },
  ]);
  expect(service.current().remotes.map(({ name }) => name)).toEqual(['order']);
  expect(world.errors).toMatchObject([{ code: 'ADMISSION_FAILED', data: { code: 'LOAD_FAILED' } }]);
});

test('catalogue - a ui build keeps its route, and nobody else gets it', async () => {
  const world = new World();
  const route = { segment: '', title: 'Proof', order: 1 };
  const service = await world.open();
  await service.deploy({ name: 'proof', url: world.publish('proof', 'b1', 'ui'), route });
  const { remotes } = await service.deploy({ name: 'proof', url: world.publish('proof', 'b2', 'ui') });
  expect(remotes[0]?.route).toEqual(route);
  const thief = service.deploy({ name: 'thief', url: world.publish('thief', 'b1', 'ui'), route });
  await expect(thief).rejects.toMatchObject({ code: 'CATALOG_INVALID' });
});

test('catalogue - of two listed remotes with one route the first has it, and the other is told', async () => {
  const world = new World();
  const route = { segment: 'shop', title: 'Shop', order: 1 };
  const listed = ['store', 'thief'].map((name) => ({ name, url: world.publish(name, 'b1', 'ui'), route }));
  const service = await world.open(listed);
  expect(service.current().remotes.map(({ name }) => name)).toEqual(['store']);
  expect(world.errors).toMatchObject([{ code: 'ADMISSION_FAILED', data: { code: 'CATALOG_INVALID' } }]);
});

test('catalogue - deploys at the same time take turns', async () => {
  const world = new World();
  const service = await world.open();
  const urls = ['order', 'store', 'customer'].map((name) => ({ name, url: world.publish(name, 'b1') }));
  await Promise.all(urls.map((request) => service.deploy(request)));
  expect(world.announced).toEqual([1, 2, 3]);
  expect(world.running).toEqual(['testudo_order_b1', 'testudo_store_b1', 'testudo_customer_b1']);
});

test('catalogue - the build that runs, redeployed with an altered digest, is refused and runs on', async () => {
  const world = new World();
  const url = world.publish('order', 'b1');
  const service = await world.open();
  await service.deploy({ name: 'order', url });
  const sidecar = world.files.get(url) ?? '';
  world.files.set(url, sidecar.replace('"1.0.0"', '"6.6.6"'));
  await expect(service.deploy({ name: 'order', url })).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  expect(readdirSync(join(world.directory, 'builds/testudo_order_b1')).sort()).toEqual(['entry.js', 'remote.json']);
});

test('catalogue - a deploy stands while other remotes are broken, and falls when its own is', async () => {
  const world = new World();
  const service = await world.open();
  await service.deploy({ name: 'order', url: world.publish('order', 'b1') });
  const failed = (...remotes: string[]): Error => new TestudoError('API_UNSUPPORTED', 'too old', { data: { remotes } });
  world.failure = failed('store', 'customer');
  await service.deploy({ name: 'order', url: world.publish('order', 'b2') });
  expect(service.current().remotes).toMatchObject([{ build: 'b2' }]);
  expect(world.errors).toEqual([world.failure]);
  world.failure = failed('store', 'order');
  const refused = service.deploy({ name: 'order', url: world.publish('order', 'b3') });
  await expect(refused).rejects.toMatchObject({ code: 'ADMISSION_FAILED', cause: world.failure });
  expect(service.current().remotes).toMatchObject([{ build: 'b2' }]);
  expect(world.running).toEqual(['testudo_order_b2']);
});

test('catalogue - a catalogue that cannot be written is switched back', async () => {
  const world = new World();
  const service = await world.open();
  const before = await service.deploy({ name: 'order', url: world.publish('order', 'b1') });
  world.isDiskFull = true;
  const deploy = service.deploy({ name: 'order', url: world.publish('order', 'b2') });
  await expect(deploy).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('ENOSPC') });
  expect(service.current()).toEqual(before);
  expect(world.running).toEqual(['testudo_order_b1']);
  expect(world.announced).toEqual([1]);
});

test('catalogue - a remote that is withdrawn runs no longer, over a restart too, until it is deployed again', async () => {
  const world = new World();
  const [order, store] = [world.publish('order', 'b1'), world.publish('store', 'b1', 'ui')];
  const service = await world.open();
  for (const [name, url] of [['order', order] as const, ['store', store] as const]) await service.deploy({ name, url });
  expect(await service.withdraw('order')).toMatchObject({ revision: 3, remotes: [{ name: 'store' }] });
  expect(world.running).toEqual(['testudo_store_b1']);
  await expect(service.withdraw('order')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const again = await world.open();
  expect([again.current(), world.running]).toEqual([service.current(), ['testudo_store_b1']]);
  await again.deploy({ name: 'order', url: order });
  expect(world.running).toEqual(['testudo_store_b1', 'testudo_order_b1']);
  expect(world.announced).toEqual([1, 2, 3, 4]);
});

test('catalogue - a remote stays while the catalogue cannot be written without it; what others fail at is told', async () => {
  const world = new World();
  const service = await world.open();
  const before = await service.deploy({ name: 'order', url: world.publish('order', 'b1') });
  world.isDiskFull = true;
  await expect(service.withdraw('order')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect([service.current(), world.running]).toEqual([before, ['testudo_order_b1']]);
  world.isDiskFull = false;
  world.failure = new TestudoError('ADAPTER_MISSING', 'store needs order', { data: { remotes: ['store'] } });
  expect((await service.withdraw('order')).remotes).toEqual([]);
  expect(world.errors).toContain(world.failure);
});

test('catalogue - an origin that is silent delays no restart, and what is listed follows behind', async () => {
  const world = new World();
  await (await world.open()).deploy({ name: 'order', url: world.publish('order', 'b1') });
  world.silent = '/store/';
  const slow = await world.open([{ name: 'store', url: `${origin}/store/b1/remote.json` }]);
  expect(slow.current().remotes.map(({ name }) => name)).toEqual(['order']);
  world.silent = '';
  const again = await world.open([{ name: 'store', url: world.publish('store', 'b1') }]);
  await again.settled;
  expect(world.running).toEqual(['testudo_order_b1', 'testudo_store_b1']);
  expect(world.announced).toEqual([1, 2]);
});

test('catalogue - the running builds and those before them are kept, older ones are not', async () => {
  const world = new World();
  const service = await world.open();
  for (const build of ['b1', 'b2', 'b3']) await service.deploy({ name: 'order', url: world.publish('order', build) });
  expect(readdirSync(join(world.directory, 'builds')).sort()).toEqual(['testudo_order_b2', 'testudo_order_b3']);
});
