import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { diskError } from './disk-error.ts';
import { syncDirectory } from './sync-directory.ts';

/** Makes a directory, unless it is there, that only its owner may enter and that survives power loss. @throws TestudoError `UNAVAILABLE` */
export async function privateDirectory(path: string): Promise<void> {
  try {
    await make(path);
  } catch (cause) {
    throw diskError(path, 'made', cause);
  }
}

/** Each directory above it at most once: where a file system says ENOENT to everything, Node's own way never ends. */
async function make(path: string): Promise<void> {
  if (await isThere(path)) return;
  if (dirname(path) !== path) await make(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
    if (!(await isThere(path))) throw error;
  });
  await syncDirectory(dirname(path));
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return false;
    throw error;
  }
}
