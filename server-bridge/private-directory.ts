import { mkdir } from 'node:fs/promises';

/** Makes a directory, unless it is there, that only its owner may enter. */
export async function privateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}
