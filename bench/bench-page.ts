import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';

import { rspack } from '@rspack/core';
import type { Configuration } from '@rspack/core';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';

import { findChromium } from '../e2e/chromium.ts';
import { shellRules } from '../remotes/preset/compile-rules.ts';
import { answering } from '../server-bridge/demo/answering.ts';
import { createContentEncoder } from '../server-bridge/http/content-encoding.ts';
import { contentTypeOf, revisionOf } from '../server-bridge/http/shell-files.ts';
import { inDirectory } from './bare-sqlite.ts';

const remotes = join(import.meta.dirname, '../remotes');

/** Where `bench-store` and `bench-help` are: the demo's applications. */
export const applications: { readonly [name: string]: string } = {
  'bench-store': join(remotes, 'store/app.tsx'),
  'bench-help': join(remotes, 'help/app.ts'),
};

/** Builds as the shell's own programs are built, into a directory. */
export function bundle(directory: string, particulars: Configuration): Promise<void> {
  const compiler = rspack({
    mode: 'production',
    devtool: false,
    target: ['web', 'es2017'],
    context: join(import.meta.dirname, '..'),
    resolve: { extensions: ['.tsx', '.ts', '.mjs', '.js'], alias: applications },
    module: { rules: [...shellRules] },
    performance: false,
    infrastructureLogging: { level: 'error' },
    ...particulars,
    output: { path: directory, ...particulars.output },
    plugins: [
      new rspack.DefinePlugin({ __TESTUDO_BUILD__: '"bench"', __TESTUDO_VARIANT__: '""' }),
      ...(particulars.plugins ?? []),
    ],
  });
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      compiler.close(() => (error || stats?.hasErrors() ? reject(error ?? new Error(stats?.toString())) : resolve()));
    });
  });
}

/** A server of a directory. */
export interface Served {
  /** ends with `/` */
  readonly url: string;
  close(): void;
}

const HASHED = /\.[0-9a-f]{8,}\.[a-z0-9]+$/;

/** Serves the files of a directory, and `page(path)` at every path that is none; caching and compression are those of our own servers. */
export async function serve(directory: string, page: (path: string) => string): Promise<Served> {
  const encode = createContentEncoder();
  const server = createServer(
    answering(async ({ url = '/', headers }, reply) => {
      const file = join(directory, basename(url));
      const isFile = extname(url) !== '' && existsSync(file);
      const bytes = isFile ? readFileSync(file) : Buffer.from(page(new URL(url, 'http://page').pathname));
      const type = contentTypeOf(isFile ? url : 'page.html');
      const revision = revisionOf(bytes);
      const etag = `"${revision}"`;
      reply.setHeader('access-control-allow-origin', '*');
      reply.setHeader('etag', etag);
      reply.setHeader('cache-control', HASHED.test(url) ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (headers['if-none-match'] === etag) return void reply.writeHead(304).end();
      const sent = await encode({ bytes, type, revision }, headers['accept-encoding']);
      reply.writeHead(200, { 'content-type': type, ...sent.headers }).end(sent.bytes);
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close().closeAllConnections(),
  };
}

/** Runs with a Chromium that is closed afterwards. */
export async function withBrowser<T>(run: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    return await run(browser);
  } finally {
    await browser.close();
  }
}

/**
 * Runs with a way to open pages in a Chromium whose profile is on disk, as a user's is: what a page of a browser without
 * one stores is only in memory.
 */
export function inChromium<T>(run: (open: (url: string) => Promise<Page>) => Promise<T>): Promise<T> {
  return inDirectory(async (directory) => {
    const options = { executablePath: findChromium(), args: ['--no-sandbox'] };
    const context = await chromium.launchPersistentContext(directory, options);
    try {
      return await run(async (url) => {
        const page = await context.newPage();
        await page.goto(url);
        return page;
      });
    } finally {
      await context.close();
    }
  });
}

const pageOf = (script: string): string => `<!doctype html><meta charset="utf-8"><title>bench</title>
<link rel="stylesheet" href="/page.css"><main></main><script src="/${script}.js"></script>`;

/** Runs with the addresses of pages, each of whose only script is built from a source of this folder. */
export function withPages<T>(
  sources: { readonly [name: string]: string },
  run: (url: string) => Promise<T>,
): Promise<T> {
  return inDirectory(async (directory) => {
    const entry = Object.entries(sources).map(([name, source]) => [name, join(import.meta.dirname, source)] as const);
    await bundle(directory, {
      entry: Object.fromEntries(entry),
      output: { filename: '[name].js' },
      module: { rules: [...shellRules], parser: { javascript: { dynamicImportMode: 'eager' } } },
    });
    const server = await serve(directory, (path) => {
      const name = path.slice(1);
      return pageOf(name in sources ? name : 'page');
    });
    try {
      return await run(server.url);
    } finally {
      server.close();
    }
  });
}

/** Runs with the address of a page whose only script is built from a source of this folder. */
export const withPage = <T>(source: string, run: (url: string) => Promise<T>): Promise<T> =>
  withPages({ page: source }, run);
