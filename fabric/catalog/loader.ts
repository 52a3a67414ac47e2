import { createFederation } from './federation.ts';
import { createLibraries } from './library-shares.ts';
import type { Libraries } from './library-shares.ts';
import type { LoaderEnvironment, PageLoader } from './loader-api.ts';
import { openDoor } from './loader-door.ts';
import { VerifiedLoader } from './verified-loader.ts';
import { offerFederation } from './federation-runtime.ts';

/**
 * A verified loader by the Module Federation runtime, in which builds share libraries; the runtime's manifests, its
 * script loader and its fetch are switched off.
 * @param name unique among the loaders of a process
 */
export function createLoader(name: string, environment: LoaderEnvironment): PageLoader {
  const federation = createFederation(name, (global) => loader.container(global));
  const loader: VerifiedLoader = new VerifiedLoader({
    environment,
    door: openDoor(environment.global, offerFederation),
    containers: federation,
    onEvict: (global) => libraries.withdraw(global),
  });
  const libraries: Libraries = createLibraries(federation, loader);
  return Object.assign(loader, {
    provide: ({ sidecar, baseUrl }: Parameters<PageLoader['provide']>[0]) => libraries.provide(sidecar, baseUrl),
  });
}
