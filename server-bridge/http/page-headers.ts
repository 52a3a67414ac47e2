/** Headers by name. */
type Headers = Readonly<Record<string, string>>;

/**
 * The page's headers for one engine. WebKit (GTK 2.50, Safari 26) holds the page's workers to its Integrity-Policy, but
 * `importScripts`, by which a realm is locked down, cannot name a digest: there the header is left out, and the
 * content policy and the shell's own digests stand alone.
 */
export function pageHeadersFor(userAgent: string | undefined, headers: Headers): Headers {
  if (!isWebKit(userAgent)) return headers;
  const { 'integrity-policy': _, ...others } = headers;
  return others;
}

/** Chromium says that it is AppleWebKit as well; every browser on iOS is one. */
function isWebKit(userAgent = ''): boolean {
  return /AppleWebKit\//.test(userAgent) && !/Chrom(e|ium)\//.test(userAgent);
}
