import { mkdir } from 'node:fs/promises';

import { TestudoError } from '@testudo/fabric/error';

/** Makes a directory, unless it is there, that only its owner may enter. @throws TestudoError `UNAVAILABLE` */
export async function privateDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new TestudoError('UNAVAILABLE', `${path} cannot be made: ${code}; check the path, its rights and the disk`, {
      cause,
    });
  }
}
