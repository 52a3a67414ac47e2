import type { Loader, LoaderEnvironment } from './loader-api.ts';
import { openDoor } from './loader-door.ts';
import { createLoneContainers } from './lone-containers.ts';
import { offerLoneRuntime } from './lone-runtime.ts';
import { VerifiedLoader } from './verified-loader.ts';

/** A verified loader for realms: no build of it shares a library, so it needs nothing of the Module Federation runtime. */
export function createLoneLoader(environment: LoaderEnvironment): Loader {
  const loader: VerifiedLoader = new VerifiedLoader({
    environment,
    door: openDoor(environment.global, offerLoneRuntime),
    containers: createLoneContainers((global) => loader.container(global)),
  });
  return loader;
}
