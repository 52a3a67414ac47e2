import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import type { DemoFile } from '../demo-file.ts';
import { startChild } from './child-process.ts';
import type { Child } from './child-process.ts';
import { builtRemotes, listedRemotes } from './listed-builds.ts';
import { partnerNames } from './partners/partner-call.ts';
import type { PartnerName } from './partners/partner-call.ts';
import type { RemoteOriginsReady } from './remote-origins.ts';

/** Something of each partner. */
export type OfEach<T> = { readonly [name in PartnerName]: T };

/** The demo's other parties, running: remotes' origins and the partners. */
export interface Partners {
  readonly remotes: { readonly [name: string]: string };
  readonly urls: OfEach<string>;
  /** files in which each notes its calls, a JSON line each (`PartnerCall`) */
  readonly logs: OfEach<string>;
  readonly pids: { readonly remotes: number } & OfEach<number>;
  /** what the server is told of them */
  readonly file: Omit<DemoFile, 'device'>;
  /** Has the partners that tell something by themselves tell it to this server. */
  readonly callBack: (url: string) => Promise<void>;
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

/** Starts one process for all remotes' origins, a port each, and one for each partner. */
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
  const logs = ofEach((name) => join(dataDirectory, `${name}.log`));
  const start = async (name: PartnerName, place: number): Promise<Child<{ port: number }>> =>
    startChild<{ port: number }>({
      name,
      script: join(root, `server-bridge/demo/partners/${name}.ts`),
      args: ['--port', String(firstPort === 0 ? 0 : origins.ready.controlPort + 1 + place), '--log', logs[name]],
      env,
      log,
    });
  const started = await Promise.all(partnerNames.map(start));
  const childOf = (name: PartnerName) => started[partnerNames.indexOf(name)] as Child<{ port: number }>;
  const urls = ofEach((name) => `http://localhost:${childOf(name).ready.port}`);
  const listed = listedRemotes(directory, origins.ready.remotes);
  const control = { url: `http://localhost:${origins.ready.controlPort}/`, token };
  return {
    remotes: Object.fromEntries(listed.map(({ name, origin }) => [name, origin])),
    urls,
    logs,
    pids: { remotes: origins.pid, ...ofEach((name) => childOf(name).pid) },
    file: {
      remotes: listed,
      tamper: control,
      partners: ofEach((name) => ({ url: `${urls[name]}/control`, token })),
    },
    callBack: (url) => command({ url: `${urls.carrier}/control`, token }, { callBack: url }),
    tamper: (remote, path) => command(control, { remote, path }),
    stop: async () => void (await Promise.all([origins, ...started].map((child) => child.stop()))),
  };
}

function ofEach<T>(make: (name: PartnerName) => T): OfEach<T> {
  return { warehouse: make('warehouse'), carrier: make('carrier'), bank: make('bank') };
}

async function command({ url, token }: DemoFile['tamper'], order: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(order) });
  if (!response.ok) throw new TestudoError('UNAVAILABLE', `${url} answered ${response.status}`);
}
