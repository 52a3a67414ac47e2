import { readFile } from 'node:fs/promises';

import { diskError } from './disk-error.ts';

/** A file's text, or `undefined` when there is no such file. @throws TestudoError `UNAVAILABLE` for every other failure */
export async function readFileIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ENOENT') return undefined;
    throw diskError(path, 'read', cause);
  }
}
