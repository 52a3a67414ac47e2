import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.ts': 'text/plain',
};

/** What an origin does instead of answering with the file. */
export type OriginFault = 'hang' | 'html' | 404 | 500;

/** A static server on an origin of its own which can flip one byte of what it sends, or fail otherwise. */
export interface Origin {
  readonly url: string;
  /** From now on every request for a path that matches meets this fault, until `honest` is called; what hangs hangs for ever. */
  fail(fault: OriginFault, matches?: (path: string) => boolean): void;
  /** requests that were left without an answer */
  readonly hung: number;
  /** Stops listening, and listens again at the same port. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** flips a byte in the middle of every file whose path matches, until `honest` is called; `browser`: only for pages and workers */
  tamper(matches: (path: string) => boolean, victim?: 'everybody' | 'browser'): void;
  honest(): void;
  /** paths that were sent altered */
  readonly altered: string[];
  close(): Promise<void>;
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

function misbehave(fault: OriginFault, response: ServerResponse): void {
  if (fault === 'html') response.setHeader('content-type', 'text/html').end('<!doctype html><title>Welcome</title>');
  else if (fault !== 'hang') response.writeHead(fault).end('no');
}

/** Serves a directory to every origin. */
export async function serveOrigin(directory: string): Promise<Origin> {
  let tampered: ((path: string) => boolean) | null = null;
  let isForBrowsers = false;
  const altered: string[] = [];
  let failing: { readonly fault: OriginFault; readonly matches: (path: string) => boolean } | null = null;
  let hung = 0;
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://origin').pathname));
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-store');
    if (failing?.matches(path)) {
      if (failing.fault === 'hang') hung += 1;
      misbehave(failing.fault, response);
      return;
    }
    readFile(join(directory, path)).then(
      (bytes) => {
        const isVictim = !isForBrowsers || request.headers['sec-fetch-site'] !== undefined;
        const isAltered = isVictim && tampered !== null && tampered(path);
        if (isAltered) altered.push(path);
        response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
        response.end(isAltered ? flipped(bytes) : bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    fail(fault, matches = () => true) {
      failing = { fault, matches };
    },
    get hung() {
      return hung;
    },
    down: close,
    up: async () => (server.listening ? undefined : listen(port)),
    tamper(matches, victim = 'everybody') {
      tampered = matches;
      isForBrowsers = victim === 'browser';
    },
    honest() {
      tampered = null;
      failing = null;
    },
    altered,
    close,
  };
}
