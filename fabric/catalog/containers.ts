import type { LoadedBuild } from './loaded-build.ts';

/** Where the containers of a loader's builds start and hand out their modules. */
export interface Containers {
  /** A module of a build, whose container starts with the first. @throws what starting it or running the module throws */
  load(build: Pick<LoadedBuild, 'sidecar' | 'baseUrl'>, expose: string): Promise<unknown>;
  /** Removes every trace of a build, but not what it lent to others. */
  forget(global: string): void;
}
