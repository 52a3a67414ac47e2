import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { endWithParent } from '../end-with-parent.ts';
import { answering } from './answering.ts';
import { listenFrom } from './listen.ts';
import { isAuthorized, readBody } from './read-body.ts';
import { createRemoteOrigin } from './remote-origin.ts';
import type { Tampering } from './remote-origin.ts';

/** What this process says on its standard output once every origin listens. */
export interface RemoteOriginsReady {
  /** remote -> port */
  readonly remotes: { readonly [name: string]: number };
  readonly controlPort: number;
}

const { values } = parseArgs({
  options: { directory: { type: 'string' }, remotes: { type: 'string' }, port: { type: 'string' } },
});
const directory = values.directory ?? 'dist/remotes';
const token = process.env['TESTUDO_CONTROL_TOKEN'] ?? '';
const tamperings = new Map<string, Tampering>();
const remotes: { [name: string]: number } = {};
let next = Number(values.port ?? '0');

for (const name of (values.remotes ?? '').split(',').filter((word) => word !== '')) {
  const tampering: Tampering = { path: null };
  tamperings.set(name, tampering);
  remotes[name] = await listenFrom(createRemoteOrigin(join(directory, name), tampering), next);
  if (next !== 0) next = remotes[name] + 1;
}

async function obey(request: IncomingMessage): Promise<number> {
  if (token === '' || !isAuthorized(request, token)) return 403;
  const order = await readBody(request);
  const tampering = tamperings.get(String(order?.['remote']));
  if (tampering === undefined) return 404;
  tampering.path = typeof order?.['path'] === 'string' ? order['path'] : null;
  return 204;
}

const control = createServer(
  answering(async (request, response) => void response.writeHead(await obey(request)).end()),
);
const controlPort = await listenFrom(control, next);
endWithParent(() => process.exit(0));
const ready: RemoteOriginsReady = { remotes, controlPort };
console.log(JSON.stringify(ready));
