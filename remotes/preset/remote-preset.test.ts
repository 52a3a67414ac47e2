import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { gzipSync } from 'node:zlib';

import { afterAll, expect, test } from 'vitest';

import { verify } from '@testudo/fabric/catalog/integrity';
import { createLoader } from '@testudo/fabric/catalog/loader';
import type { PageLoader } from '@testudo/fabric/catalog/loader-api';

import { repositoryRoot } from './build-id.ts';
import { buildFixtures } from './fixtures/build-fixtures.ts';
import { counter, screen } from './fixtures/fixtures.ts';
import { identify } from './remote-preset.ts';

const workspace = mkdtempSync(join(tmpdir(), 'testudo-preset-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const digest = async (bytes: ArrayBuffer | Uint8Array): Promise<string> =>
  `sha384-${createHash('sha384').update(new Uint8Array(bytes)).digest('base64')}`;

function nodeLoader(name: string, root: string): PageLoader {
  return createLoader(name, {
    global: globalThis,
    async run({ url, file }) {
      const bytes = await readFile(join(root, new URL(url).pathname));
      await verify(bytes, file, digest);
      new Script(bytes.toString(), { filename: url }).runInThisContext();
    },
  });
}

test('the same sources give the same bytes, and none of them knows where the repository lies', async () => {
  const [one] = await buildFixtures([screen], join(workspace, 'one'));
  const [two] = await buildFixtures([screen], join(workspace, 'two'));
  expect(two!.sidecar).toEqual(one!.sidecar);
  const text = readdirSync(one!.path)
    .map((file) => readFileSync(join(one!.path, file), 'utf8'))
    .join('');
  expect(text).not.toContain(workspace);
  expect(text).not.toContain(repositoryRoot);
});

test('the sidecar says which files its expose begins with; lazy chunks are not among them', async () => {
  const [built] = await buildFixtures([screen], join(workspace, 'preload'));
  const { entry, files, preload = [] } = built!.sidecar;
  const lazy = files.map(({ path }) => path).filter((path) => !preload.includes(path));
  expect(preload).toContain(entry);
  expect(preload.map((path) => /\.(js|css)$/.exec(path)?.[0]).sort()).toEqual(['.css', '.js', '.js']);
  expect(lazy.some((path) => path.endsWith('.js'))).toBe(true);
});

test('a variant is another build, and both stay listed', async () => {
  const output = join(workspace, 'variants');
  const [plain] = await buildFixtures([counter], output);
  const [variant] = await buildFixtures([{ ...counter, variant: 'b' }], output);
  expect(variant!.sidecar.build).not.toBe(plain!.sidecar.build);
  expect(JSON.parse(readFileSync(join(output, counter.name, 'builds.json'), 'utf8'))).toEqual({
    latest: variant!.sidecar.build,
    builds: [
      { build: plain!.sidecar.build, variant: '' },
      { build: variant!.sidecar.build, variant: 'b' },
    ],
  });
});

test('a UI remote lists every chunk, style and asset, and names its share scope', async () => {
  const [built] = await buildFixtures([screen], join(workspace, 'screen'));
  const kinds = built!.sidecar.files.map((file) => file.path.split('.').pop()).sort();
  expect(kinds).toEqual(['css', 'css', 'js', 'js', 'js', 'svg']);
  expect(built!.sidecar).toMatchObject({ shareScope: 'react19', exposes: ['./app'], api: 1, mf: '2.9' });
});

test('a model remote is smaller than 4 kB and loads with its lazy chunk in Node', async () => {
  const output = join(workspace, 'node');
  const [built] = await buildFixtures([counter], output);
  const { sidecar } = built!;
  const bytes = Buffer.concat(sidecar.files.map((file) => readFileSync(join(built!.path, file.path))));
  expect(gzipSync(bytes).length).toBeLessThan(4096);
  const loader = nodeLoader('preset-test', output);
  loader.add(sidecar, `http://remotes.example/${counter.name}/${sidecar.build}/remote.json`);
  const models = (await loader.load(sidecar.global, './models')) as { build: string; lazyBuild(): Promise<string> };
  expect([models.build, await models.lazyBuild()]).toEqual([identify(counter).build, identify(counter).build]);
  expect(loader.executed(sidecar.global)).toHaveLength(3);

  loader.evict(sidecar.global);
  expect(Object.keys(globalThis).filter((key) => key.startsWith('testudo_'))).toEqual([]);
});

test('two generations run side by side, each with its own chunks, also when the older is asked late', async () => {
  const output = join(workspace, 'generations');
  const loader = nodeLoader('generations', output);
  const generations = [];
  for (const variant of ['x', 'y']) {
    const [built] = await buildFixtures([{ ...counter, variant }], output);
    const { sidecar } = built!;
    loader.add(sidecar, `http://remotes.example/${counter.name}/${sidecar.build}/remote.json`);
    const models = (await loader.load(sidecar.global, './models')) as { lazyBuild(): Promise<string> };
    generations.push({ models, sidecar });
  }
  for (const { models, sidecar } of generations) expect(await models.lazyBuild()).toBe(sidecar.build);
  const [older] = generations;
  loader.evict(older!.sidecar.global);
  expect(loader.has(older!.sidecar.global)).toBe(false);
  expect(await generations[1]!.models.lazyBuild()).toBe(generations[1]!.sidecar.build);
});
