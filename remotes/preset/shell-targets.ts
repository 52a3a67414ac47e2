import { cpSync, existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { rspack } from '@rspack/core';
import type { Configuration, RspackPluginInstance, RuleSetRule } from '@rspack/core';

import { repositoryRoot } from './build-id.ts';
import { shellRules } from './compile-rules.ts';
import { slimFederation } from './shell/slim-federation.ts';

/** One single-file program of the shell. */
export interface ShellTarget {
  readonly name: string;
  /** absolute path */
  readonly entryFile: string;
  readonly configuration: Configuration;
}

const outputDirectory = join(repositoryRoot, 'dist/shell');

const ownSources: RuleSetRule = {
  test: /\.ts$/,
  include: ['fabric', 'shell', 'sw'].map((folder) => join(repositoryRoot, folder)),
  enforce: 'pre',
  loader: join(import.meta.dirname, 'shell/private-names.ts'),
};

const singleSpa: RuleSetRule = {
  test: /[\\/]single-spa\.min\.js$/,
  enforce: 'pre',
  loader: join(import.meta.dirname, 'shell/lone-single-spa.ts'),
};

const federatedRemotes: RuleSetRule = {
  test: /[\\/]runtime-core[\\/]dist[\\/]remote[\\/]index\.js$/,
  enforce: 'pre',
  loader: join(import.meta.dirname, 'shell/no-preload.ts'),
};

const idb: RuleSetRule = {
  test: /[\\/]idb[\\/]build[\\/]index\.js$/,
  enforce: 'pre',
  loader: join(import.meta.dirname, 'shell/plain-idb.ts'),
};

const comlink: RuleSetRule = {
  test: /[\\/]comlink[\\/]dist[\\/]esm[\\/]comlink\.mjs$/,
  enforce: 'pre',
  loader: join(import.meta.dirname, 'shell/plain-comlink.ts'),
};

/** The shell's programs: page, update prompt, arrow keys, what is kept and sent, host worker, realm worker and its parts for older models and for WebAssembly, old engines' polyfills, lockdown and service worker, one file each in `dist/shell`. */
export function shellTargets(): readonly ShellTarget[] {
  return [
    shellTarget('shell', 'shell/main.ts', 'web'),
    shellTarget('update', 'shell/update.ts', 'web'),
    shellTarget('arrow-keys', 'shell/arrow-keys.ts', 'web'),
    shellTarget('keeping', 'shell/keeping.ts', 'web'),
    shellTarget('host', 'shell/host-worker.ts', 'webworker'),
    shellTarget('realm', 'shell/realm-worker.ts', 'webworker'),
    shellTarget('realm-legacy', 'shell/realm-legacy.ts', 'webworker'),
    shellTarget('realm-residents', 'shell/realm-residents.ts', 'webworker'),
    shellTarget('realm-wasm', 'shell/realm-wasm.ts', 'webworker'),
    shellTarget('polyfills', 'shell/polyfills.ts', 'web'),
    shellTarget('lockdown', 'shell/lockdown.ts', 'webworker'),
    shellTarget('sw', 'sw/sw.ts', 'webworker'),
  ];
}

/** A program of the shell built into one file named for it. */
export function shellTarget(name: string, source: string, place: 'web' | 'webworker'): ShellTarget {
  const entryFile = join(repositoryRoot, source);
  const configuration: Configuration = {
    name,
    context: repositoryRoot,
    mode: 'production',
    devtool: false,
    target: [place, 'es2017'],
    entry: { [name]: entryFile },
    output: {
      path: outputDirectory,
      filename: '[name].js',
      // A program never meets a chunk of another version of itself.
      chunkFilename: '[name].[contenthash:8].js',
      publicPath: '/',
      // For chunks in a worker that an old engine holds to the page's policy.
      trustedTypes: 'testudo',
    },
    resolve: { extensions: ['.tsx', '.ts', '.mjs', '.js'] },
    optimization: { chunkIds: 'natural', moduleIds: 'natural', minimizer: [minimizer()] },
    module: { rules: [...shellRules, ownSources, singleSpa, federatedRemotes, idb, comlink] },
    performance: false,
    plugins: slimFederation(),
  };
  return { name, entryFile, configuration };
}

function minimizer(): RspackPluginInstance {
  return new rspack.SwcJsMinimizerRspackPlugin({
    extractComments: false,
    minimizerOptions: {
      ecma: 2017,
      compress: { passes: 3 },
      format: { comments: false },
    },
  });
}

/** Removes the lazy chunks of a former build; the service worker would keep them for ever. */
export function clearChunks(): void {
  for (const file of globSync('*.????????.js', { cwd: outputDirectory })) rmSync(join(outputDirectory, file));
}

/** Copies `shell/public/**` and `shell/styles/*.css` to `dist/shell`. */
export function copyStatics(): void {
  const shell = join(repositoryRoot, 'shell');
  mkdirSync(outputDirectory, { recursive: true });
  if (existsSync(join(shell, 'public'))) cpSync(join(shell, 'public'), outputDirectory, { recursive: true });
  for (const path of globSync('styles/*.css', { cwd: shell })) {
    const to = join(outputDirectory, path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(shell, path), to);
  }
}
