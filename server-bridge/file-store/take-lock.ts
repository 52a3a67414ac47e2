import { link, rm, writeFile } from 'node:fs/promises';

import { TestudoError } from '@testudo/fabric/error';

import { readFileIfThere } from '../read-file-if-there.ts';

/** A directory's lock, held by this process. */
export interface Lock {
  release(): Promise<void>;
}

/** Tells this process from a former one of the same id: the first of a container has the same in each of its lives. */
const self = `${process.pid} ${performance.timeOrigin}`;

/**
 * Takes a lock file, which names the process that holds it; one whose process is gone is taken over.
 * @throws TestudoError `UNAVAILABLE` naming the process that has it
 */
export async function takeLock(path: string): Promise<Lock> {
  for (;;) {
    try {
      await place(path);
      return { release: () => rm(path, { force: true }) };
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== 'EEXIST') throw cause;
    }
    await demandStale(path);
    await rm(path, { force: true });
  }
}

/** The file is there with all that it says, or not at all: nobody finds an empty one, and takes it for a dead one's. */
async function place(path: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, self, { mode: 0o600 });
  try {
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

async function demandStale(path: string): Promise<void> {
  const text = (await readFileIfThere(path)) ?? '';
  const holder = Number.parseInt(text, 10);
  const isFormerSelf = holder === process.pid && text !== self;
  if (isFormerSelf || !isAlive(holder)) return;
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
