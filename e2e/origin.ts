import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.ts': 'text/plain',
};

/** A static server on an origin of its own which can flip one byte of what it sends. */
export interface Origin {
  readonly url: string;
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

/** Serves a directory to every origin. */
export async function serveOrigin(directory: string): Promise<Origin> {
  let tampered: ((path: string) => boolean) | null = null;
  let isForBrowsers = false;
  const altered: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://origin').pathname));
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-store');
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    tamper(matches, victim = 'everybody') {
      tampered = matches;
      isForBrowsers = victim === 'browser';
    },
    honest() {
      tampered = null;
    },
    altered,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
