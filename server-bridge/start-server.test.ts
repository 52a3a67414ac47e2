import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { loadConfiguration } from './configuration.ts';
import { startServer, type RunningServer } from './start-server.ts';

test('server - a data directory belongs to one at a time, whichever store each has, and is free once that has ended', async () => {
  const data = mkdtempSync(join(tmpdir(), 'testudo-data-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const start = (datasource: 'sqlite' | 'file'): Promise<RunningServer> => {
    const fixed = {
      mode: 'production',
      address: '127.0.0.1',
      port: 0,
      tenant: 'main',
      hostNames: [],
      allowedOrigins: [],
    };
    const file = {
      ...fixed,
      users: {},
      bindings: { adapters: {}, services: {} },
      endpoints: {},
      grants: {},
      data,
      datasource,
    };
    return startServer(loadConfiguration(file, {}, data), (error) => expect.unreachable(String(error)));
  };
  const first = await start('sqlite');
  const refusal = {
    code: 'UNAVAILABLE',
    message: expect.stringContaining('another process has it open; end that one'),
  };
  await expect(start('file')).rejects.toMatchObject(refusal);
  expect(existsSync(join(data, 'objects')), 'nothing is made beside what the first one keeps').toBe(false);
  expect(statSync(join(data, 'lock.db')).mode & 0o777).toBe(0o600);
  await first.close();
  const second = await start('file');
  await second.close();
});
