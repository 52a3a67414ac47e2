import * as runtimeCore from '@module-federation/runtime-core';
import * as bundlerRuntime from '@module-federation/webpack-bundler-runtime';

/** Puts the Module Federation runtime, which remotes are built without, on the global object. */
export function offerFederation(global: object): void {
  const federation = bundlerRuntime.default;
  Object.defineProperty(global, '__TESTUDO_FEDERATION__', {
    configurable: true,
    // Fresh objects at each reading, because every remote changes what it gets.
    get: () => ({
      ...federation,
      instance: undefined,
      initOptions: undefined,
      bundlerRuntimeOptions: {},
      bundlerRuntime: { ...federation.bundlerRuntime, S: {} },
    }),
  });
  Object.defineProperty(global, '_FEDERATION_RUNTIME_CORE', { configurable: true, value: runtimeCore });
}
