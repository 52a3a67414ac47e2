import { randomBytes } from 'node:crypto';

import { readFileIfThere } from './read-file-if-there.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** A random word that is made once and kept in a file which only its owner may read. */
export async function keptSecret(
  path: string,
  make: () => string = () => randomBytes(32).toString('base64url'),
): Promise<string> {
  const kept = (await readFileIfThere(path))?.trim();
  if (kept) return kept;
  const fresh = make();
  await writeFileAtomically(path, `${fresh}\n`);
  return fresh;
}
