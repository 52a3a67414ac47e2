import { TestudoError } from '../error.ts';

/** What the code of a remote's bundler hands to the runtime that it is built without. */
interface RemoteRequire {
  readonly federation: { readonly initOptions: { readonly name: string; readonly shared?: object } };
  /** present in a build that takes shared modules from others */
  readonly consumesLoadingData?: unknown;
}

/**
 * Puts on the global object what remotes are built without, for builds that share nothing and load no further remotes:
 * of Module Federation's bundler runtime only the start of a container is left, and there is nothing to start.
 */
export function offerLoneRuntime(global: object): void {
  Object.defineProperty(global, '__TESTUDO_FEDERATION__', {
    // Fresh objects at each reading, because every remote changes what it gets.
    get: () => ({
      bundlerRuntimeOptions: {},
      bundlerRuntime: { S: {}, init: refuseShares, initContainerEntry: () => undefined },
    }),
  });
}

/** @throws TestudoError `LOAD_FAILED` for a build that shares modules */
function refuseShares({ webpackRequire }: { readonly webpackRequire: RemoteRequire }): object {
  const { initOptions } = webpackRequire.federation;
  if (webpackRequire.consumesLoadingData === undefined && Object.keys(initOptions.shared ?? {}).length === 0) return {};
  throw new TestudoError(
    'LOAD_FAILED',
    `${initOptions.name} shares modules, and a realm has no libraries; build it without "shared"`,
  );
}
