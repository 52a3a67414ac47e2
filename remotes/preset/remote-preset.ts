import { join } from 'node:path';

import { ModuleFederationPlugin } from '@module-federation/enhanced/rspack';
import { rspack } from '@rspack/core';
import type { Configuration, ExternalItemFunctionData } from '@rspack/core';

import { federationName } from '@testudo/fabric/catalog/sidecar';
import { API_VERSION, FEDERATION_VERSION } from '@testudo/fabric/catalog/supported';

import { buildId, repositoryRoot } from './build-id.ts';
import { compileRules } from './compile-rules.ts';
import type { RemoteBuildOptions } from './remote-description.ts';
import { SidecarPlugin } from './sidecar-plugin.ts';
import type { SidecarHead } from './sidecar-plugin.ts';
import { WasmPlugin } from './wasm-plugin.ts';

export type { RemoteBuildOptions, RemoteDescription } from './remote-description.ts';
export type { BuildsRecord } from './sidecar-plugin.ts';

/** Modules that a remote with `shared: 'react19'` takes from the library remote of that name. */
export const react19Modules: readonly string[] = ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime'];

/** Name, build and place of the build that `defineRemote` would make of the sources as they are now. */
export function identify(options: RemoteBuildOptions): {
  readonly build: string;
  readonly global: string;
  readonly path: string;
} {
  const build = buildId(options.directory, options.variant ?? '');
  const outputDirectory = options.outputDirectory ?? join(repositoryRoot, 'dist/remotes');
  return {
    build,
    global: federationName({ name: options.name, build }),
    path: join(outputDirectory, options.name, build),
  };
}

/**
 * An rspack configuration that builds a remote as one classic script with lazy chunks, for page, worker and Node,
 * and writes its `remote.json`. The same sources give the same bytes, wherever the repository lies.
 */
export function defineRemote(options: RemoteBuildOptions): Configuration {
  const { build, global, path } = identify(options);
  const wasm = new WasmPlugin(options);
  return {
    name: options.name,
    context: options.directory,
    mode: 'production',
    devtool: false,
    target: ['web', 'es2017'],
    entry: {},
    output: outputOf(global, path),
    externalsType: 'global',
    externals: [federationRuntime],
    resolve: { extensions: ['.tsx', '.ts', '.mjs', '.js'] },
    // Deterministic ids hash the federation runtime's absolute path; natural ones follow the module graph alone.
    optimization: { chunkIds: 'natural', moduleIds: 'natural' },
    module: { rules: [...compileRules] },
    performance: false,
    plugins: [
      new rspack.DefinePlugin({
        __TESTUDO_BUILD__: JSON.stringify(build),
        __TESTUDO_VARIANT__: JSON.stringify(options.variant ?? ''),
        __TESTUDO_GLOBAL__: JSON.stringify(global),
      }),
      federationPlugin(options, global),
      wasm,
      new SidecarPlugin(sidecarHead(options, build, global), options.variant ?? '', () => wasm.declarations),
    ],
  };
}

function outputOf(global: string, path: string): NonNullable<Configuration['output']> {
  return {
    path,
    publicPath: '',
    uniqueName: global,
    chunkLoadingGlobal: `${global}_c`,
    chunkFilename: '[name].[contenthash:8].js',
    cssChunkFilename: '[name].[contenthash:8].css',
    assetModuleFilename: '[name].[contenthash:8][ext]',
    clean: true,
    strictModuleErrorHandling: true,
    globalObject: 'globalThis',
    crossOriginLoading: 'anonymous',
  };
}

/** The host offers Module Federation's bundler runtime as a global, so that no remote carries it. */
function federationRuntime(
  { request = '' }: ExternalItemFunctionData,
  done: (error?: Error | null, external?: string) => void,
): void {
  const isOwn = /\.federation|chunk-plugin/.test(request) || request.startsWith('data:');
  if (!isOwn && /webpack-bundler-runtime/.test(request)) done(null, '__TESTUDO_FEDERATION__');
  else done();
}

function federationPlugin(options: RemoteBuildOptions, global: string): ModuleFederationPlugin {
  return new ModuleFederationPlugin({
    name: global,
    filename: 'entry.[contenthash:8].js',
    library: { type: 'global', name: global },
    exposes: { ...options.exposes },
    ...sharedOf(options),
    shareStrategy: 'loaded-first',
    dts: false,
    manifest: false,
    runtimePlugins: [join(import.meta.dirname, 'chunk-plugin.ts')],
    experiments: {
      externalRuntime: true,
      optimization: { disableSnapshot: true, disableRemote: true, disableShared: options.shared === undefined },
    },
  });
}

function sharedOf({ shared: scope }: RemoteBuildOptions): object {
  if (scope === undefined) return {};
  const use = { import: false as const, singleton: true, requiredVersion: '^19', shareScope: scope };
  return { shareScope: scope, shared: Object.fromEntries(react19Modules.map((module) => [module, use])) };
}

/** The part of a build's sidecar that its description tells. */
export function sidecarHead(options: RemoteBuildOptions, build: string, global: string): SidecarHead {
  const shareScope = options.kind === 'library' ? options.name : options.shared;
  return {
    name: options.name,
    kind: options.kind,
    version: options.version,
    build,
    api: API_VERSION,
    mf: FEDERATION_VERSION,
    global,
    exposes: Object.keys(options.exposes) as (keyof RemoteBuildOptions['exposes'])[],
    ...(shareScope === undefined ? {} : { shareScope }),
    ...(options.provides === undefined ? {} : { provides: options.provides }),
    ...(options.publisher === undefined ? {} : { publisher: options.publisher }),
    capabilities: options.capabilities ?? {},
  };
}
