import { openScriptUrls } from './trusted-types.ts';

interface WorkerScope {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createScript(): string }): unknown;
  };
  readonly location: { readonly href: string };
  importScripts(url: string): void;
}

const scope = globalThis as unknown as WorkerScope;
const urls = openScriptUrls({ trustedTypes: scope.trustedTypes, baseUrl: scope.location.href });
// The content policy allows no `eval` anyway; asked through this one, lockdown's probes for it are not reported as attacks.
scope.trustedTypes?.createPolicy('default', {
  createScript() {
    throw new EvalError('a realm evaluates no text');
  },
});
const importScripts = scope.importScripts.bind(scope);

/** Runs a script of this origin, or of bytes just verified, in the realm's worker. @throws what the script throws */
export function runScript(url: string): void {
  importScripts(urls.scriptUrl(url));
}
