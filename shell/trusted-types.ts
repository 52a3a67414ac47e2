/** Turns URLs into what script sinks accept, for URLs that have just been vouched for. */
export interface ScriptUrls {
  /** The URL for `script.src`, `new Worker` and `serviceWorker.register`. The caller vouches for what is behind it. */
  scriptUrl(url: string): string;
}

interface UrlPolicy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): UrlPolicy;
}

/**
 * The page's one Trusted Types policy, `testudo`. Call it once: the content policy refuses a second one. A URL
 * passes only while `scriptUrl` runs for it, so code that gets hold of the policy by other ways gets nothing through.
 */
export function openScriptUrls(page: { readonly trustedTypes?: unknown; readonly baseUrl: string }): ScriptUrls {
  const factory = page.trustedTypes as PolicyFactory | undefined;
  if (factory === undefined) return { scriptUrl: (url) => new URL(url, page.baseUrl).href };
  let vouched: string | null = null;
  const policy = factory.createPolicy('testudo', {
    createScriptURL(url) {
      if (url === vouched) return url;
      throw new TypeError(`the script URL ${url} was not vouched for; load it through the shell's loader`);
    },
  });
  return {
    scriptUrl(url) {
      vouched = new URL(url, page.baseUrl).href;
      try {
        // A TrustedScriptURL: the DOM's types know only strings here, its sinks take both.
        return policy.createScriptURL(vouched) as string;
      } finally {
        vouched = null;
      }
    },
  };
}
