import { join } from 'node:path';

import type { Configuration } from './configuration.ts';
import { takeLock } from './file-store/take-lock.ts';
import { nodePlatform } from './node-platform.ts';
import { openDoors } from './open-doors.ts';
import { privateDirectory } from './private-directory.ts';
import { seedDemo } from './seed-demo.ts';
import { startCore } from './start-core.ts';

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  readonly node: string;
  close(): Promise<void>;
}

/** How long a former process may take to end, as with the stores themselves. */
const LOCK_WAIT_MS = 2000;

/**
 * Starts Node's host with its HTTP API and its mesh door on one port. What was admitted and written before is there
 * again without asking anybody. The data directory is this process's alone, whichever stores it opens in it.
 * @throws TestudoError `UNAVAILABLE` when the port or the data directory is in use
 */
export async function startServer(
  configuration: Configuration,
  onError: (error: unknown) => void,
): Promise<RunningServer> {
  await privateDirectory(configuration.dataDirectory);
  const lock = takeLock(join(configuration.dataDirectory, 'lock.db'), LOCK_WAIT_MS);
  try {
    return await start(configuration, { onError, onClosed: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Told {
  onError(error: unknown): void;
  onClosed(): void;
}

async function start(configuration: Configuration, { onError, onClosed }: Told): Promise<RunningServer> {
  const core = await startCore(configuration, nodePlatform(onError));
  if (configuration.demoFile !== null) await seedDemo(core.host, configuration.tenant);
  const doors = await openDoors(core);
  return {
    port: doors.port,
    node: core.host.node,
    async close() {
      await doors.close();
      await core.sinks.close();
      core.mesh.close();
      await core.host.close();
      onClosed();
    },
  };
}
