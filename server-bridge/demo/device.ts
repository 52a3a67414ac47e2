import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { describeError } from '../describe-error.ts';
import { endWithParent } from '../end-with-parent.ts';
import { startDevice } from './start-device.ts';

const report = (error: unknown): void => console.error(describeError(error));

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { server: { type: 'string' }, data: { type: 'string' }, user: { type: 'string' } },
  });
  process.on('unhandledRejection', report);
  const device = await startDevice({
    server: values.server ?? 'http://localhost:8080',
    dataDirectory: resolve(values.data ?? '.testudo/device'),
    user: values.user ?? 'ada',
    onError: report,
  });
  const end = (): void => void device.close().finally(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  endWithParent(end);
  console.log(JSON.stringify({ node: device.node, pid: process.pid }));
}

run().catch((error: unknown) => {
  report(error);
  process.exit(1);
});
