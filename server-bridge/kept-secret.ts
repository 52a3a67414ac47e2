import { randomBytes } from 'node:crypto';

import { TestudoError } from '@testudo/fabric/error';

import { readFileIfThere } from './read-file-if-there.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const LEAST_CHARS = 12;

/**
 * A random word that is made once, also for an empty file, and kept in a file which only its owner may read.
 * @throws TestudoError `CONFIG_INVALID` naming the file when somebody put a word of less than 12 characters there
 */
export async function keptSecret(
  path: string,
  make: () => string = () => randomBytes(32).toString('base64url'),
): Promise<string> {
  const kept = (await readFileIfThere(path))?.trim();
  if (kept && kept.length < LEAST_CHARS) {
    const message = `${path}: a word of ${kept.length} characters can be guessed; remove the file to get a new one`;
    throw new TestudoError('CONFIG_INVALID', message);
  }
  if (kept) return kept;
  const fresh = make();
  await writeFileAtomically(path, `${fresh}\n`);
  return fresh;
}
