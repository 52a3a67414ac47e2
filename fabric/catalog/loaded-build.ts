import { TestudoError } from '../error.ts';
import type { Loader, LoaderEnvironment, LoaderSource } from './loader-api.ts';
import type { BuildSource } from './loader-door.ts';
import type { Sidecar } from './sidecar.ts';

/** A build that a loader knows: what of it has run, and what went wrong last. */
export interface LoadedBuild extends BuildSource {
  readonly sidecar: Sidecar;
  readonly executed: ReturnType<Loader['executed']>;
  /** whether one of its exposes is in use */
  serves: boolean;
  /** loads under way */
  loading: number;
  /** why the last file that could not run could not; a chunk's own error does not say */
  failure: unknown;
  /** Forgets which files ran, so that each is fetched and verified again. */
  reset(): void;
}

/** Runs each listed file once, however often it is asked for; a file that failed may be asked for again. */
export function createLoadedBuild(sidecar: Sidecar, baseUrl: string, environment: LoaderEnvironment): LoadedBuild {
  const files = new Map(sidecar.files.map((file) => [file.path, file]));
  const started = new Map<string, Promise<void>>();
  const executed: { path: string; integrity: string }[] = [];

  const sourceOf = (path: string): LoaderSource => {
    const file = files.get(path);
    if (file) return { global: sidecar.global, url: new URL(path, baseUrl).href, file };
    throw new TestudoError(
      'INTEGRITY_MISMATCH',
      `${sidecar.name} ${sidecar.build} asked for ${path}, which its remote.json does not list`,
    );
  };
  const once = (path: string, act: (source: LoaderSource) => Promise<void>): Promise<void> => {
    const known = started.get(path);
    if (known) return known;
    const running = act(sourceOf(path)).catch((error: unknown) => {
      if (started.get(path) === running) started.delete(path);
      build.failure = error;
      throw error;
    });
    started.set(path, running);
    return running;
  };
  const build: LoadedBuild = {
    sidecar,
    baseUrl,
    executed,
    serves: false,
    loading: 0,
    failure: undefined,
    has: (path) => files.has(path),
    chunk: async (path) =>
      once(path, async (source) => {
        await environment.run(source);
        executed.push({ path, integrity: source.file.integrity });
      }),
    style: async (path) => once(path, async (source) => environment.style?.(source)),
    reset: () => started.clear(),
  };
  return build;
}
