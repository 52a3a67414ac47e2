import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';

import { rspack } from '@rspack/core';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';

import { findChromium } from '../e2e/chromium.ts';
import { shellRules } from '../remotes/preset/compile-rules.ts';
import { inDirectory } from './bare-sqlite.ts';

/** Builds a page's script as the shell's own programs are built; `bench-store` and `bench-help` are the demo's applications. */
function bundle(source: string, directory: string): Promise<void> {
  const remotes = join(import.meta.dirname, '../remotes');
  const compiler = rspack({
    mode: 'production',
    devtool: false,
    target: ['web', 'es2017'],
    context: join(import.meta.dirname, '..'),
    entry: { page: join(import.meta.dirname, source) },
    output: { path: directory, filename: '[name].js' },
    resolve: {
      extensions: ['.tsx', '.ts', '.mjs', '.js'],
      alias: { 'bench-store': join(remotes, 'store/app.tsx'), 'bench-help': join(remotes, 'help/app.ts') },
    },
    module: { rules: [...shellRules] },
    plugins: [new rspack.DefinePlugin({ __TESTUDO_BUILD__: '"bench"', __TESTUDO_VARIANT__: '""' })],
    performance: false,
  });
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      compiler.close(() => (error || stats?.hasErrors() ? reject(error ?? new Error(stats?.toString())) : resolve()));
    });
  });
}

const html = `<!doctype html><meta charset="utf-8"><title>bench</title><link rel="stylesheet" href="/page.css">
<main></main><script src="/page.js"></script>`;
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

/** Serves what was built; the page itself at every other path. */
async function serve(directory: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(({ url = '/' }, reply) => {
    const file = join(directory, basename(url));
    const isFile = extname(url) !== '' && existsSync(file);
    reply.setHeader('content-type', types[isFile ? extname(url) : '.html'] ?? 'application/octet-stream');
    reply.end(isFile ? readFileSync(file) : html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close().closeAllConnections(),
  };
}

/** Runs with a Chromium that is closed afterwards. */
export async function inChromium<T>(run: (open: (url: string) => Promise<Page>) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    return await run(async (url) => {
      const page = await browser.newPage();
      await page.goto(url);
      return page;
    });
  } finally {
    await browser.close();
  }
}

/** Runs with the address of a page whose only script is built from a source of this folder. */
export function withPage<T>(source: string, run: (url: string) => Promise<T>): Promise<T> {
  return inDirectory(async (directory) => {
    await bundle(source, directory);
    const server = await serve(directory);
    try {
      return await run(server.url);
    } finally {
      server.close();
    }
  });
}
