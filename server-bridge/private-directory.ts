import { mkdir } from 'node:fs/promises';

import { diskError } from './disk-error.ts';

/** Makes a directory, unless it is there, that only its owner may enter. @throws TestudoError `UNAVAILABLE` */
export async function privateDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw diskError(path, 'made', cause);
  }
}
