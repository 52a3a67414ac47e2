import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import { diskError } from './disk-error.ts';
import { putFile } from './put-file.ts';
import { readFileIfThere } from './read-file-if-there.ts';
import { syncDirectory } from './sync-directory.ts';

/**
 * Replaces a file: afterwards it is durable, whole and its owner's alone. When it rejects the former one is there, or none
 * where there was none; which of the two a power loss leaves just then, the disk alone knows.
 * @throws TestudoError `UNAVAILABLE` naming the file; `data.inDoubt` when the former one cannot be put back
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const former = await readFileIfThere(path);
  try {
    await putFile(path, text);
  } catch (cause) {
    throw diskError(path, 'written', cause);
  }
  try {
    await syncDirectory(dirname(path));
  } catch (cause) {
    await putBack(path, former, cause);
    throw diskError(path, 'written', cause);
  }
}

async function putBack(path: string, former: string | undefined, failure: unknown): Promise<void> {
  try {
    await (former === undefined ? rm(path, { force: true }) : putFile(path, former));
  } catch (cause) {
    const message = `${path} was written, but the disk did not say that it keeps it, nor could the former one be put back; check the disk and what the file says, then start anew`;
    throw new TestudoError('UNAVAILABLE', message, { data: { inDoubt: true }, cause: { failure, cause } });
  }
}
