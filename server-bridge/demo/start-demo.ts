import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import type { DemoFile } from '../demo-file.ts';
import { keptSecret } from '../kept-secret.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';
import { startChild } from './child-process.ts';
import type { Child } from './child-process.ts';
import { ensureBuilt } from './ensure-built.ts';
import { isPortFree } from './listen.ts';
import { builtRemotes, listedRemotes } from './listed-builds.ts';
import type { RemoteOriginsReady } from './remote-origins.ts';
import { superviseServer } from './supervise-server.ts';
import type { SupervisedServer } from './supervise-server.ts';

const root = resolve(import.meta.dirname, '../..');

/** What `startDemo` starts. */
export interface DemoOptions {
  /** of the server; remotes and partners take the next free ones; 0 = all ephemeral (default) */
  readonly port?: number;
  /** default `.testudo` of the project */
  readonly dataDirectory?: string;
  readonly mode?: 'development' | 'production';
  /** whether the second device is started; default true */
  readonly device?: boolean;
  /** whether to build what is stale; default true */
  readonly build?: boolean;
  log?(line: string): void;
}

/** Everything that `npm start` brings up, running. */
export interface RunningDemo {
  readonly url: string;
  /** remote -> origin */
  readonly remotes: { readonly [name: string]: string };
  /** the deploy token */
  readonly token: string;
  readonly dataDirectory: string;
  /** every call that the partner got, a JSON line each (`WarehouseCall`) */
  readonly warehouseLog: string;
  /** process ids as they are now; the server's changes when it was killed */
  readonly pids: { readonly server: number; readonly remotes: number; readonly warehouse: number; readonly device: number | null };
  /** Alters one byte of every file of the remote whose path contains `path`, on its way out; `null` ends that. */
  tamper(remote: string, path: string | null): Promise<void>;
  /** Resolves when the server answers again after it was killed (at once when it runs). */
  serverReady(): Promise<void>;
  /** Rejects when a process has failed for good. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts the demo: remotes' origins, partner, server and second device, each a process of its own. */
export async function startDemo(options: DemoOptions = {}): Promise<RunningDemo> {
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    return await start(options, started, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: DemoOptions, started: (() => Promise<void>)[], stop: () => Promise<void>): Promise<RunningDemo> {
  const { port = 0, log = () => undefined } = options;
  const dataDirectory = resolve(root, options.dataDirectory ?? '.testudo');
  if (port !== 0 && !(await isPortFree(port))) {
    throw new TestudoError('UNAVAILABLE', `port ${port} is taken; end what listens there or set PORT to another one`);
  }
  if (options.build !== false) await ensureBuilt(root, log);
  await mkdir(dataDirectory, { recursive: true });
  const token = await keptSecret(join(dataDirectory, 'token'));

  const partners = await startPartners({ port, dataDirectory, log });
  started.push(partners.stop);
  const file = join(dataDirectory, 'demo.json');
  const write = (device: DemoFile['device']): Promise<void> =>
    writeFileAtomically(file, JSON.stringify({ ...partners.file, device } satisfies DemoFile), 0o600);
  await write(null);

  const server = await superviseServer({
    port,
    log,
    env: {
      TESTUDO_MODE: options.mode ?? 'development',
      TESTUDO_DATA: dataDirectory,
      TESTUDO_ALLOWED_ORIGINS: Object.values(partners.remotes).join(' '),
      TESTUDO_ENDPOINT_WAREHOUSE: partners.warehouseUrl,
      TESTUDO_DEMO: file,
    },
  });
  started.push(() => server.stop());
  const url = `http://localhost:${server.port}`;
  const device = options.device === false ? null : await startDevice({ url, dataDirectory, log });
  if (device !== null) {
    started.push(() => device.stop());
    await write(device.ready);
  }
  return {
    url,
    token,
    dataDirectory,
    remotes: partners.remotes,
    warehouseLog: partners.warehouseLog,
    pids: pidsOf(server, partners, device),
    tamper: partners.tamper,
    serverReady: () => server.ready(),
    failed: server.failed,
    stop,
  };
}

type Device = Child<{ node: string; pid: number }>;

function startDevice(options: { url: string; dataDirectory: string; log(line: string): void }): Promise<Device> {
  return startChild({
    name: 'device',
    script: join(root, 'server-bridge/demo/device.ts'),
    args: ['--server', options.url, '--data', join(options.dataDirectory, 'device')],
    log: options.log,
  });
}

function pidsOf(server: SupervisedServer, partners: Partners, device: Device | null): RunningDemo['pids'] {
  return {
    get server() {
      return server.pid();
    },
    ...partners.pids,
    device: device?.pid ?? null,
  };
}

interface Partners {
  readonly remotes: { readonly [name: string]: string };
  readonly warehouseUrl: string;
  readonly warehouseLog: string;
  readonly pids: { readonly remotes: number; readonly warehouse: number };
  readonly file: Omit<DemoFile, 'device'>;
  readonly tamper: RunningDemo['tamper'];
  readonly stop: () => Promise<void>;
}

async function startPartners(options: { port: number; dataDirectory: string; log(line: string): void }): Promise<Partners> {
  const { port, dataDirectory, log } = options;
  const token = randomBytes(24).toString('base64url');
  const env = { TESTUDO_CONTROL_TOKEN: token };
  const directory = join(root, 'dist/remotes');
  const origins = await startChild<RemoteOriginsReady>({
    name: 'remotes',
    script: join(root, 'server-bridge/demo/remote-origins.ts'),
    args: ['--directory', directory, '--remotes', builtRemotes(directory).join(','), '--port', String(port === 0 ? 0 : port + 1)],
    env,
    log,
  });
  const warehouseLog = join(dataDirectory, 'warehouse.log');
  const warehouse = await startChild<{ port: number }>({
    name: 'warehouse',
    script: join(root, 'server-bridge/demo/partners/warehouse.ts'),
    args: ['--port', String(port === 0 ? 0 : origins.ready.controlPort + 1), '--log', warehouseLog],
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
  if (!response.ok) throw new TestudoError('UNAVAILABLE', `the remotes' origins answered ${response.status} to ${order.remote}`);
}
