import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

import type { BuildsRecord } from './sidecar-plugin.ts';

const PATH = /^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/;
const TYPES: { readonly [extension: string]: string } = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/**
 * The origin of a remote that is being written. `/remote.json` is the latest build's; a page that still runs a former
 * build gets the chunks of that one, as every file's name carries its digest.
 * @param directory the remote's output folder, with `builds.json`
 */
export function createDevOrigin(directory: string): Server {
  return createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    response.setHeader('cache-control', 'no-store');
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const folder = PATH.test(pathname) ? folderOf(directory, pathname) : undefined;
    if (request.method !== 'GET' || folder === undefined) response.writeHead(404).end();
    else void sendFile(response, join(folder, pathname));
  });
}

/** The newest build that has the file. */
function folderOf(directory: string, path: string): string | undefined {
  const record = join(directory, 'builds.json');
  if (!existsSync(record)) return undefined;
  const { latest, builds } = JSON.parse(readFileSync(record, 'utf8')) as BuildsRecord;
  const folders = [latest, ...builds.map(({ build }) => build).reverse()].map((build) => join(directory, build));
  return folders.find((folder) => existsSync(join(folder, path)));
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  try {
    const bytes = await readFile(path);
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes);
  } catch (error) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end(String(error));
  }
}

/** Listens on loopback at the first free port from `port` on (0: any). @throws the system's error after 40 taken ports */
export async function listenFrom(server: Server, port: number): Promise<number> {
  for (let candidate = port; ; candidate += 1) {
    try {
      return await listenAt(server, candidate);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EADDRINUSE' || candidate >= port + 40) throw error;
    }
  }
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
