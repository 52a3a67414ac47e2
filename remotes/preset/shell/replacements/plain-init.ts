interface RemoteRequire {
  readonly federation: { readonly initOptions: object; readonly runtime: { init(options: object): object } };
}

/** Makes the instance of a remote that starts, without the plugin for tree-shaken copies of shared modules. */
export function init({ webpackRequire }: { readonly webpackRequire: RemoteRequire }): object {
  const { initOptions, runtime } = webpackRequire.federation;
  return runtime.init(initOptions);
}
