import { resolve } from 'node:path';

import { configuration as file } from '../../testudo.config.ts';
import { loadConfiguration } from '../configuration.ts';
import { startDemo } from './start-demo.ts';
import type { RunningDemo } from './start-demo.ts';

export { startDemo } from './start-demo.ts';
export type { DemoOptions, RunningDemo } from './start-demo.ts';

const FIRST_NODE = 24;
const root = resolve(import.meta.dirname, '../..');

function demandNode(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= FIRST_NODE) return;
  console.error(
    `Testudo needs Node ${FIRST_NODE} or later, this is ${process.versions.node}; "npm install" brings one for "npm start" on Linux x64`,
  );
  process.exit(1);
}

function endOnSignals(demo: RunningDemo): void {
  const end = (): void => void demo.stop().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  demo.failed.catch(() => void demo.stop().then(() => process.exit(1)));
}

async function run(): Promise<void> {
  const { port, dataDirectory, mode, allowedOrigins } = loadConfiguration(file, process.env, root);
  const demo = await startDemo({
    port,
    dataDirectory,
    mode,
    device: process.env['TESTUDO_DEVICE'] !== 'off',
    allowedOrigins,
    log: (line) => console.error(line),
  });
  endOnSignals(demo);
  console.log(`Testudo ready: ${demo.url}`);
}

if (import.meta.main) {
  demandNode();
  run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
