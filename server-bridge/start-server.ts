import type { Configuration } from './configuration.ts';
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

/**
 * Starts Node's host with its HTTP API and its mesh door on one port. What was admitted and written before is there
 * again without asking anybody.
 * @throws TestudoError `UNAVAILABLE` when the port or the database is in use
 */
export async function startServer(
  configuration: Configuration,
  onError: (error: unknown) => void,
): Promise<RunningServer> {
  await privateDirectory(configuration.dataDirectory);
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
    },
  };
}
