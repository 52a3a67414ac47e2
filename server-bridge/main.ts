import { flushCompileCache } from 'node:module';
import { resolve } from 'node:path';

import { configuration as file } from '../testudo.config.ts';
import { loadConfiguration } from './configuration.ts';
import { describeError } from './describe-error.ts';
import { endWithParent } from './end-with-parent.ts';
import { startServer } from './start-server.ts';

const report = (error: unknown): void => console.error(describeError(error));

async function run(): Promise<void> {
  process.on('unhandledRejection', report);
  const configuration = loadConfiguration(file, process.env, resolve(import.meta.dirname, '..'));
  const server = await startServer(configuration, report);
  const end = (): void => {
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        report(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  endWithParent(end);
  console.log(JSON.stringify({ port: server.port, node: server.node, pid: process.pid }));
  // A killed process writes no cache, and the next one is to be up fast.
  flushCompileCache();
}

run().catch((error: unknown) => {
  report(error);
  process.exit(1);
});
