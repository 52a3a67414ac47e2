/** Takes the place of the way to tree-shaken copies of shared modules: there are none, all shares have `import: false`. */
export function getSharedFallbackGetter<Factory>({ factory }: { readonly factory: Factory }): Factory {
  return factory;
}
