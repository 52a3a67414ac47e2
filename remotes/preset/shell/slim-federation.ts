import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { rspack } from '@rspack/core';
import type { RspackPluginInstance } from '@rspack/core';

import { repositoryRoot } from '../build-id.ts';

const packages = join(repositoryRoot, 'node_modules/@module-federation');

/** Files of Module Federation 2.9.2 that a verified loader never runs, and what stands in for each. */
const replacements: Readonly<Record<string, string>> = {
  'error-codes/dist/desc.mjs': 'error-words',
  'error-codes/dist/getShortErrorMsg.mjs': 'error-words',
  'runtime-core/dist/helpers.js': 'no-helpers',
  'runtime-core/dist/plugins/snapshot/SnapshotHandler.js': 'no-manifests',
  'runtime-core/dist/utils/context.js': 'no-diagnostics',
  'runtime-core/dist/utils/load.js': 'load-entry',
  'runtime-core/dist/utils/preload.js': 'no-own-loading',
  'sdk/dist/dom.js': 'no-own-loading',
  'sdk/dist/env.js': 'browser-only',
  'sdk/dist/logger.js': 'console-logger',
  'webpack-bundler-runtime/dist/error-codes/dist/getShortErrorMsg.js': 'error-words',
  'webpack-bundler-runtime/dist/getSharedFallbackGetter.js': 'no-share-fallback',
  'webpack-bundler-runtime/dist/init.js': 'plain-init',
  'webpack-bundler-runtime/dist/installInitialConsumes.js': 'no-initial-consumes',
  'webpack-bundler-runtime/dist/remotes.js': 'no-remote-of-remotes',
  'webpack-bundler-runtime/dist/updateOptions.js': 'options-once',
};

/**
 * Takes out of Module Federation's runtime what the verified loader never lets run: manifests, its own script
 * elements, preloading, remotes of remotes.
 * @throws Error when a version of Module Federation is installed that lacks one of the files
 */
export function slimFederation(): RspackPluginInstance[] {
  return [
    new rspack.DefinePlugin({
      ENV_TARGET: '"web"',
      FEDERATION_OPTIMIZE_NO_SNAPSHOT_PLUGIN: 'true',
      FEDERATION_OPTIMIZE_NO_REMOTE: 'false',
      FEDERATION_OPTIMIZE_NO_SHARED: 'false',
    }),
    ...Object.entries(replacements).map(([file, replacement]) => replace(join(packages, file), replacement)),
  ];
}

function replace(file: string, replacement: string): RspackPluginInstance {
  if (!existsSync(file))
    throw new Error(`${file} is not there; look at what stands in for it in ${import.meta.filename}`);
  const exactly = new RegExp(`^${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
  return new rspack.NormalModuleReplacementPlugin(
    exactly,
    join(import.meta.dirname, 'replacements', `${replacement}.ts`),
  );
}
