import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import type { DemoFile } from '../demo-file.ts';
import { startChild } from './child-process.ts';
import { builtRemotes, listedRemotes } from './listed-builds.ts';
import type { RemoteOriginsReady } from './remote-origins.ts';

/** The demo's other parties, running: remotes' origins and the warehouse. */
export interface Partners {
  readonly remotes: { readonly [name: string]: string };
  readonly warehouseUrl: string;
  readonly warehouseLog: string;
  readonly pids: { readonly remotes: number; readonly warehouse: number };
  /** what the server is told of them */
  readonly file: Omit<DemoFile, 'device'>;
  readonly tamper: (remote: string, path: string | null) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Where and how the other parties run. */
export interface PartnersOptions {
  /** the first port to try, then the next free ones; 0 = all ephemeral */
  readonly firstPort: number;
  /** absolute path of the repository */
  readonly root: string;
  readonly dataDirectory: string;
  log(line: string): void;
}

/** Starts one process for all remotes' origins, a port each, and one for the warehouse. */
export async function startPartners(options: PartnersOptions): Promise<Partners> {
  const { firstPort, root, dataDirectory, log } = options;
  const token = randomBytes(24).toString('base64url');
  const env = { TESTUDO_CONTROL_TOKEN: token };
  const directory = join(root, 'dist/remotes');
  const origins = await startChild<RemoteOriginsReady>({
    name: 'remotes',
    script: join(root, 'server-bridge/demo/remote-origins.ts'),
    args: ['--directory', directory, '--remotes', builtRemotes(directory).join(','), '--port', String(firstPort)],
    env,
    log,
  });
  const warehouseLog = join(dataDirectory, 'warehouse.log');
  const warehouse = await startChild<{ port: number }>({
    name: 'warehouse',
    script: join(root, 'server-bridge/demo/partners/warehouse.ts'),
    args: ['--port', String(firstPort === 0 ? 0 : origins.ready.controlPort + 1), '--log', warehouseLog],
    env,
    log,
  });
  const warehouseUrl = `http://localhost:${warehouse.ready.port}`;
  const listed = listedRemotes(directory, origins.ready.remotes);
  const control = { url: `http://localhost:${origins.ready.controlPort}/`, token };
  return {
    remotes: Object.fromEntries(listed.map(({ name, origin }) => [name, origin])),
    warehouseUrl,
    warehouseLog,
    pids: { remotes: origins.pid, warehouse: warehouse.pid },
    file: { remotes: listed, tamper: control, partner: { url: `${warehouseUrl}/control`, token } },
    tamper: (remote, path) => tamper(control, { remote, path }),
    stop: async () => void (await Promise.all([origins.stop(), warehouse.stop()])),
  };
}

async function tamper(control: DemoFile['tamper'], order: { remote: string; path: string | null }): Promise<void> {
  const headers = { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' };
  const response = await fetch(control.url, { method: 'POST', headers, body: JSON.stringify(order) });
  if (!response.ok)
    throw new TestudoError('UNAVAILABLE', `the remotes' origins answered ${response.status} to ${order.remote}`);
}
