import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import { diskError } from './disk-error.ts';
import { syncDirectory } from './sync-directory.ts';

/**
 * Replaces a file: afterwards it is durable, whole and its owner's alone, or the former one still is there.
 * @throws TestudoError `UNAVAILABLE` naming the file
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  try {
    await replace(path, text);
  } catch (cause) {
    throw diskError(path, 'written', cause);
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncDirectory(dirname(path));
}
