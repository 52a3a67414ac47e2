import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { join } from 'node:path';

import { contentTypeOf } from '../http/shell-files.ts';
import { answering } from './answering.ts';

/** Which file of an origin gets one byte altered on the way out: the part of its path, or `null` for none. */
export interface Tampering {
  path: string | null;
}

const PATH = /^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/;

/** One remote's own origin: a plain static server, as any host of files on another domain is one. */
export function createRemoteOrigin(directory: string, tampering: Tampering): Server {
  return createServer(
    answering(async (request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      response.setHeader('x-content-type-options', 'nosniff');
      const pathname = URL.parse(request.url ?? '/', 'http://localhost')?.pathname;
      if (pathname === undefined) refuse(response, 400);
      else if (request.method === 'OPTIONS') response.writeHead(204, { 'access-control-allow-methods': 'GET' }).end();
      else if (request.method !== 'GET' || !PATH.test(pathname)) refuse(response, 404);
      else await sendFile(response, directory, pathname, tampering);
    }),
  );
}

async function sendFile(
  response: ServerResponse,
  directory: string,
  path: string,
  tampering: Tampering,
): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(directory, path));
  } catch {
    refuse(response, 404);
    return;
  }
  const isTampered = tampering.path !== null && path.includes(tampering.path);
  if (isTampered) bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
  const isBuild = !isTampered && path.split('/').length > 2;
  response.setHeader('cache-control', isBuild ? 'public, max-age=31536000, immutable' : 'no-store');
  response.writeHead(200, { 'content-type': contentTypeOf(path), 'content-length': bytes.length }).end(bytes);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end();
}
