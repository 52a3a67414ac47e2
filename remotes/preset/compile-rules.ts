import type { RuleSetRule } from '@rspack/core';

/** The oldest engine that our output runs on: Tizen 5.5 televisions. */
const oldestEngine = 'chrome >= 69';

function compile(assumptions: { readonly setPublicClassFields?: true }): RuleSetRule {
  return {
    test: /\.[cm]?[jt]sx?$/,
    exclude: /[\\/]node_modules[\\/]core-js/,
    loader: 'builtin:swc-loader',
    options: {
      jsc: { parser: { syntax: 'typescript', tsx: true }, transform: { react: { runtime: 'automatic' } }, assumptions },
      env: { targets: oldestEngine },
    },
    type: 'javascript/auto',
    resolve: { fullySpecified: false },
  };
}

const files: readonly RuleSetRule[] = [
  { test: /\.css$/, type: 'css/auto' },
  { test: /\.(png|jpe?g|webp|avif|gif|svg|ico|woff2?|ttf|mp3|mp4)$/, type: 'asset/resource' },
];

/** Every script, those of packages included, for the oldest engine; style sheets; everything else as a file. */
export const compileRules: readonly RuleSetRule[] = [compile({}), ...files];

/** The same for the shell's programs, in which no class field hides an inherited accessor: fields are assigned. */
export const shellRules: readonly RuleSetRule[] = [compile({ setPublicClassFields: true }), ...files];
