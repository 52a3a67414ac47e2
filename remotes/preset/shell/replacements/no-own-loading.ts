/** Takes the place of Module Federation's loading by script elements, which our loader never lets happen. */
function deny(): never {
  throw new Error('Module Federation tried to load a file by itself; only listed, verified files run');
}

export {
  deny as createLink,
  deny as createScript,
  deny as defaultPreloadArgs,
  deny as formatPreloadArgs,
  deny as isStaticResourcesEqual,
  deny as loadScript,
  deny as normalizePreloadExposes,
  deny as preloadAssets,
  deny as safeWrapper,
};
