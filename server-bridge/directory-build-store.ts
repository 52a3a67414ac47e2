import { readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';
import type { BuildStore, Snapshot } from '@testudo/fabric/catalog/admission-api';

import { privateDirectory } from './private-directory.ts';
import { putFile } from './put-file.ts';
import { readJsonFile } from './read-json-file.ts';
import { syncDirectory } from './sync-directory.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * A build store in a directory: `builds/<global>/<path>` and `snapshot.json`. Files appear whole or not at all; what
 * `put` or `writeSnapshot` has resolved for survives power loss.
 */
export function directoryBuildStore(directory: string): BuildStore {
  const builds = join(directory, 'builds');
  const snapshotPath = join(directory, 'snapshot.json');
  return {
    async put({ sidecar }, path, bytes) {
      const target = join(builds, sidecar.global, path);
      await privateDirectory(dirname(target));
      try {
        await putFile(target, new Uint8Array(bytes));
        await syncDirectory(dirname(target));
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
    readSnapshot: () => readJsonFile(snapshotPath, { parse: snapshotOf, remedy: 'the builds are fetched anew then' }),
    async writeSnapshot(snapshot) {
      await privateDirectory(directory);
      await writeFileAtomically(snapshotPath, JSON.stringify(snapshot));
    },
  };
}

/** Written by us alone; what its builds are worth, their files' digests tell. */
function snapshotOf(value: unknown): Snapshot {
  const { builds } = value as Snapshot;
  if (!Array.isArray(builds)) throw new Error('a snapshot has builds');
  return value as Snapshot;
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
