import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';
import type { BuildStore, Snapshot } from '@testudo/fabric/catalog/admission-api';

import { privateDirectory } from './private-directory.ts';
import { readFileIfThere } from './read-file-if-there.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * A build store in a directory: `builds/<global>/<path>` and `snapshot.json`. Files appear whole or not at all; the
 * snapshot is on the disk when `writeSnapshot` resolves.
 */
export function directoryBuildStore(directory: string): BuildStore {
  const builds = join(directory, 'builds');
  const snapshotPath = join(directory, 'snapshot.json');
  return {
    async put({ sidecar }, path, bytes) {
      const target = join(builds, sidecar.global, path);
      await privateDirectory(dirname(target));
      try {
        await writeFile(`${target}.new`, new Uint8Array(bytes), { mode: 0o600 });
        await rename(`${target}.new`, target);
      } catch (cause) {
        const { code } = cause as { code?: string };
        throw new TestudoError('UNAVAILABLE', `${path} cannot be stored: ${code}; check the disk, then deploy again`, {
          cause,
        });
      }
    },
    async get(global, path) {
      const bytes = await unlessMissing(readFile(join(builds, global, path)));
      return bytes && new Uint8Array(bytes).buffer;
    },
    async remove(global) {
      await rm(join(builds, global), { recursive: true, force: true });
    },
    async buckets() {
      return (await unlessMissing(readdir(builds))) ?? [];
    },
    async readSnapshot() {
      const text = await readFileIfThere(snapshotPath);
      return text === undefined ? undefined : (JSON.parse(text) as Snapshot);
    },
    async writeSnapshot(snapshot) {
      await privateDirectory(directory);
      await writeFileAtomically(snapshotPath, JSON.stringify(snapshot));
    },
  };
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
