import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';

import { createContentEncoder } from '../http/content-encoding.ts';
import type { ContentEncoder } from '../http/content-encoding.ts';
import { contentTypeOf, revisionOf } from '../http/shell-files.ts';
import { answering } from './answering.ts';

/** Which file of an origin gets one byte altered on the way out: the part of its path, or `null` for none. */
export interface Tampering {
  path: string | null;
}

const PATH = /^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/;

/** One remote's own origin: a plain static server, as any host of files on another domain is one. */
export function createRemoteOrigin(directory: string, tampering: Tampering): Server {
  const encode = createContentEncoder();
  return createServer(
    answering(async (request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('vary', 'accept-encoding');
      const pathname = URL.parse(request.url ?? '/', 'http://localhost')?.pathname;
      if (pathname === undefined) refuse(response, 400);
      else if (request.method === 'OPTIONS') response.writeHead(204, { 'access-control-allow-methods': 'GET' }).end();
      else if (request.method !== 'GET' || !PATH.test(pathname)) refuse(response, 404);
      else await sendFile(request, response, { directory, path: pathname, tampering, encode });
    }),
  );
}

interface Sending {
  readonly directory: string;
  readonly path: string;
  readonly tampering: Tampering;
  readonly encode: ContentEncoder;
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { directory, path, tampering, encode }: Sending,
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
  const type = contentTypeOf(path);
  const sent = await encode({ bytes, type, revision: revisionOf(bytes) }, request.headers['accept-encoding']);
  response.setHeader('cache-control', isBuild ? 'public, max-age=31536000, immutable' : 'no-store');
  response.writeHead(200, { ...sent.headers, 'content-type': type, 'content-length': sent.bytes.length });
  response.end(sent.bytes);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end();
}
