interface PageScope {
  readonly document?: unknown;
  readonly trustedTypes?: { createPolicy(name: string, rules: object): unknown };
}

/**
 * Takes the Trusted Types policy `default` for the page, with no rule: everything untrusted stays refused. Where workers
 * live under the page's policy it has to allow the name, for realms refuse `eval` by it; no remote is to get it here.
 */
export function takeDefaultPolicy({ document, trustedTypes }: PageScope): void {
  if (document !== undefined) trustedTypes?.createPolicy('default', {});
}
