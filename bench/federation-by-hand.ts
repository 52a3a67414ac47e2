import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ModuleFederationPlugin } from '@module-federation/enhanced/rspack';

import { inDirectory } from './bare-sqlite.ts';
import { applications, bundle, serve } from './bench-page.ts';
import type { Served } from './bench-page.ts';

const hashed = { filename: '[name].[contenthash:8].js', chunkFilename: '[name].[contenthash:8].js' };
const react = { singleton: true, requiredVersion: '^19' };
const shared = { react, 'react-dom': react };

/** A remote with Module Federation's default output: a manifest, `remoteEntry.js` and its chunks. */
function buildRemote(name: string, directory: string): Promise<void> {
  return bundle(directory, {
    entry: {},
    output: { ...hashed, uniqueName: name, publicPath: 'auto' },
    plugins: [
      new ModuleFederationPlugin({
        name,
        filename: 'remoteEntry.js',
        exposes: { './app': applications[`bench-${name}`] ?? '' },
        ...(name === 'store' ? { shared } : {}),
        dts: false,
      }),
    ],
  });
}

function buildHost(directory: string, origins: readonly (readonly [name: string, url: string])[]): Promise<void> {
  const remotes = Object.fromEntries(origins.map(([name, url]) => [name, `${name}@${url}mf-manifest.json`]));
  return bundle(directory, {
    entry: { page: join(import.meta.dirname, 'browser/federation-page.ts') },
    output: { ...hashed, uniqueName: 'by-hand', publicPath: '/' },
    plugins: [new ModuleFederationPlugin({ name: 'host', remotes, shared, dts: false })],
  });
}

function pageOf(directory: string): string {
  const script = readdirSync(directory).find((name) => /^page\..*\.js$/.test(name)) ?? '';
  return `<!doctype html><meta charset="utf-8"><title>by hand</title><main></main><script src="/${script}"></script>`;
}

/** Runs with the address of a host that is made by hand; the help page and the shop come from origins of their own. */
export function withFederationByHand<T>(run: (url: string) => Promise<T>): Promise<T> {
  return inDirectory(async (directory) => {
    const servers: Served[] = [];
    const open = async (name: string, page: (folder: string) => string): Promise<[string, string]> => {
      const folder = join(directory, name);
      mkdirSync(folder);
      const server = await serve(folder, () => page(folder));
      servers.push(server);
      return [folder, server.url];
    };
    try {
      const origins: [string, string][] = [];
      for (const name of ['help', 'store']) {
        const [folder, url] = await open(name, () => '');
        await buildRemote(name, folder);
        origins.push([name, url]);
      }
      const [folder, url] = await open('host', pageOf);
      await buildHost(folder, origins);
      return await run(url);
    } finally {
      for (const server of servers) server.close();
    }
  });
}
