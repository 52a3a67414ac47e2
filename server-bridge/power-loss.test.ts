import type * as promises from 'node:fs/promises';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { directoryBuildStore } from './directory-build-store.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** What was done on the disk, in order, and which directories it does not sync. */
const disk = vi.hoisted(() => ({ done: [] as string[], refused: '' }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  const open: typeof real.open = async (path, ...rest) => {
    const file = await real.open(path, ...rest);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      if (path === disk.refused) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
      await sync();
      disk.done.push(`sync ${String(path)}`);
    };
    return file;
  };
  const rename: typeof real.rename = async (from, to) => {
    await real.rename(from, to);
    disk.done.push(`name ${String(to)}`);
  };
  const mkdir = async (path: string, options: object): Promise<void> => {
    await real.mkdir(path, options);
    disk.done.push(`make ${path}`);
  };
  return { ...real, open, rename, mkdir };
});

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'testudo-power-'));
  disk.done = [];
  disk.refused = '';
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** The first of `steps` that was not done after the one before it. */
function missing(steps: readonly string[]): string | undefined {
  let from = 0;
  return steps.find((step) => (from = disk.done.indexOf(step, from) + 1) === 0);
}

/** What keeps a file in a power loss: its bytes, its name, and the name of each directory that was made for it. */
function notKept(file: string): readonly string[] {
  const chains = [[`sync ${file}.new`, `name ${file}`, `sync ${dirname(file)}`]];
  for (let path = dirname(file); path !== base; path = dirname(path))
    chains.push([`make ${path}`, `sync ${dirname(path)}`]);
  return chains.map(missing).filter((step) => step !== undefined);
}

test('power loss - a build is on the disk, with each directory that leads to it, before a snapshot names it', async () => {
  const store = directoryBuildStore(join(base, 'data'));
  const build = { sidecar: { global: 'testudo_order_b1' } } as AdmittedBuild;
  const bytes = new TextEncoder().encode('text').buffer;
  const paths = ['entry.js', 'assets/lazy.js', 'assets/deep/icon.svg', 'remote.json'];
  await Promise.all(paths.map((path) => store.put(build, path, bytes)));
  expect(paths.flatMap((path) => notKept(join(base, 'data/builds/testudo_order_b1', path)))).toEqual([]);
  await store.writeSnapshot({ revision: 1, builds: [build] });
  expect(notKept(join(base, 'data/snapshot.json'))).toEqual([]);
});

test('power loss - a build whose directory the disk does not keep is not stored', async () => {
  const store = directoryBuildStore(base);
  const build = { sidecar: { global: 'testudo_order_b1' } } as AdmittedBuild;
  disk.refused = join(base, 'builds/testudo_order_b1');
  const message = 'entry.js cannot be stored: EIO; check the disk, then deploy again';
  await expect(store.put(build, 'entry.js', new ArrayBuffer(1))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message,
  });
});

test('power loss - a file whose new name the disk does not keep is as it was', async () => {
  const path = join(base, 'catalog.json');
  const refusal = { code: 'UNAVAILABLE', message: `${path} cannot be written: EIO; check its rights and the disk` };
  disk.refused = base;
  await expect(writeFileAtomically(path, 'first')).rejects.toMatchObject(refusal);
  expect(() => statSync(path)).toThrow('ENOENT');
  disk.refused = '';
  await writeFileAtomically(path, 'first');
  disk.refused = base;
  await expect(writeFileAtomically(path, 'second')).rejects.toMatchObject(refusal);
  expect(readFileSync(path, 'utf8')).toBe('first');
});
