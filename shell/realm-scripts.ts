import { openScriptUrls } from './trusted-types.ts';

interface WorkerScope {
  readonly trustedTypes?: unknown;
  readonly location: { readonly href: string };
  importScripts(url: string): void;
}

const scope = globalThis as unknown as WorkerScope;
const urls = openScriptUrls({ trustedTypes: scope.trustedTypes, baseUrl: scope.location.href });
const importScripts = scope.importScripts.bind(scope);

/** Runs a script of this origin, or of bytes just verified, in the realm's worker. @throws what the script throws */
export function runScript(url: string): void {
  importScripts(urls.scriptUrl(url));
}
