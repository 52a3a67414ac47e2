const preloadRemote = /async preloadRemote\(\w+\) \{[^]*?\n\t\}/;
const refusal =
  'async preloadRemote() { throw Error("Module Federation tried to preload by itself; the shell prepares builds"); }';

/**
 * A loader that takes preloading out of Module Federation 2.9.2's remotes: it reads manifests, of which we have none.
 * @throws Error when the file does not look as it did
 */
// eslint-disable-next-line import/no-default-export -- rspack demands it of a loader
export default function noPreload(source: string): string {
  if (!preloadRemote.test(source)) throw new Error('runtime-core has another preloadRemote; look at its new version');
  return source.replace(preloadRemote, refusal);
}
