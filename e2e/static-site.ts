import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** The headers that the site's `_headers` asks for at every path. */
function headersOf(directory: string): readonly (readonly [string, string])[] {
  const [block = ''] = readFileSync(join(directory, '_headers'), 'utf8').split('\n/api/*');
  return [...block.matchAll(/^ {2}([a-z-]+): (.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const);
}

/** Serves an exported site as a static host does: its files, `index.html` for other paths, nothing else. */
export async function serveSite(directory: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://site').pathname);
    const file = join(directory, path);
    const isFile = existsSync(file) && statSync(file).isFile();
    const type = isFile ? (types[extname(path)] ?? 'application/json') : 'text/html';
    for (const [name, value] of headersOf(directory)) if (type === 'text/html') response.setHeader(name, value);
    response.setHeader('content-type', type).end(readFileSync(isFile ? file : join(directory, 'index.html')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
