import { open, readFile, rm } from 'node:fs/promises';

import { TestudoError } from '@testudo/fabric/error';

/** A directory's lock, held by this process. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock file, which names the process that holds it; one whose process is gone is taken over.
 * @throws TestudoError `UNAVAILABLE` naming the process that has it
 */
export async function takeLock(path: string): Promise<Lock> {
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== 'EEXIST') throw cause;
    }
    await demandStale(path);
    await rm(path, { force: true });
  }
}

async function demandStale(path: string): Promise<void> {
  const holder = Number(await readFile(path, 'utf8'));
  if (!isAlive(holder)) return;
  throw new TestudoError('UNAVAILABLE', `${path} is held by the process ${holder}; end that one`);
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}
