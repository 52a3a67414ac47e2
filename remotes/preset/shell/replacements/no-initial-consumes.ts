/** Takes the place of what an entry would need that consumes shared modules before its exposes: entries hold none. */
export function installInitialConsumes({ initialConsumes }: { readonly initialConsumes: readonly unknown[] }): void {
  if (initialConsumes.length > 0)
    throw new Error('the entry of a remote consumes shared modules; only what it exposes may');
}
