import { startDemo } from './start-demo.ts';
import type { RunningDemo } from './start-demo.ts';

export { startDemo } from './start-demo.ts';
export type { DemoOptions, RunningDemo } from './start-demo.ts';

const FIRST_NODE = 24;

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
  const { PORT, TESTUDO_DATA, TESTUDO_MODE, TESTUDO_DEVICE, TESTUDO_ALLOWED_ORIGINS = '' } = process.env;
  const demo = await startDemo({
    port: Number(PORT ?? 8080),
    ...(TESTUDO_DATA ? { dataDirectory: TESTUDO_DATA } : {}),
    mode: TESTUDO_MODE === 'production' ? 'production' : 'development',
    device: TESTUDO_DEVICE !== 'off',
    allowedOrigins: TESTUDO_ALLOWED_ORIGINS.split(/[\s,]+/).filter((origin) => origin !== ''),
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
