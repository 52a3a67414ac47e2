import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import type { DemoFile } from '../demo-file.ts';
import { keptSecret } from '../kept-secret.ts';
import { privateDirectory } from '../private-directory.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';
import { startChild } from './child-process.ts';
import type { Child } from './child-process.ts';
import { ensureBuilt } from './ensure-built.ts';
import { isPortFree } from './listen.ts';
import { startPartners } from './start-partners.ts';
import type { OfEach, Partners } from './start-partners.ts';
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
  /** origins that remotes may come from besides the demo's own */
  readonly allowedOrigins?: readonly string[];
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
  /** files in which each partner notes its calls, a JSON line each (`PartnerCall`) */
  readonly partnerLogs: OfEach<string>;
  /** process ids as they are now; the server's changes when it was killed */
  readonly pids: {
    readonly server: number;
    readonly remotes: number;
    readonly device: number | null;
  } & OfEach<number>;
  /** Alters one byte of every file of the remote whose path contains `path`, on its way out; `null` ends that. */
  tamper(remote: string, path: string | null): Promise<void>;
  /** Resolves when the server answers again after it was killed (at once when it runs). */
  serverReady(): Promise<void>;
  /** Ends the server with SIGKILL; resolves when its successor serves. */
  killServer(): Promise<void>;
  /** Rejects when the server has failed for good; that another process ended is only logged. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts the demo: remotes' origins, partners, server and second device, each a process of its own. */
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

async function start(
  options: DemoOptions,
  started: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<RunningDemo> {
  const { port = 0, log = () => undefined } = options;
  const dataDirectory = resolve(root, options.dataDirectory ?? '.testudo');
  if (port !== 0 && !(await isPortFree(port))) {
    throw new TestudoError('UNAVAILABLE', `port ${port} is taken; end what listens there or set PORT to another one`);
  }
  if (options.build !== false) await ensureBuilt(root, log);
  await privateDirectory(dataDirectory);
  const token = await keptSecret(join(dataDirectory, 'token'));

  const partners = await startPartners({ firstPort: port === 0 ? 0 : port + 1, root, dataDirectory, log });
  started.push(partners.stop);
  // Not beside the data: a second start on the same directory is refused only when its partners run already.
  const own = await mkdtemp(join(tmpdir(), 'testudo-demo-'));
  started.push(() => rm(own, { recursive: true, force: true }));
  const file = join(own, 'demo.json');
  const write = (device: DemoFile['device']): Promise<void> =>
    writeFileAtomically(file, JSON.stringify({ ...partners.file, device } satisfies DemoFile));
  await write(null);

  const server = await superviseServer({
    port,
    log,
    env: {
      TESTUDO_MODE: options.mode ?? 'development',
      TESTUDO_DATA: dataDirectory,
      TESTUDO_ALLOWED_ORIGINS: [...Object.values(partners.remotes), ...(options.allowedOrigins ?? [])].join(' '),
      TESTUDO_ENDPOINT_WAREHOUSE: partners.urls.warehouse,
      TESTUDO_ENDPOINT_CARRIER: partners.urls.carrier,
      TESTUDO_ENDPOINT_BANK: partners.urls.bank,
      TESTUDO_DEMO: file,
      NODE_COMPILE_CACHE: join(dataDirectory, 'compile-cache'),
    },
  });
  started.push(() => server.stop());
  const url = `http://localhost:${server.port}`;
  await partners.callBack(url);
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
    partnerLogs: partners.logs,
    pids: pidsOf(server, partners, device),
    tamper: partners.tamper,
    serverReady: () => server.ready(),
    killServer: () => server.kill(),
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
