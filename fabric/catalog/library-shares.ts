import { TestudoError } from '../error.ts';
import type { Federation, ShareOffer } from './federation.ts';
import type { Loader } from './loader-api.ts';
import type { Sidecar } from './sidecar.ts';

/** The library builds of a loader, one for each share scope. */
export interface Libraries {
  /** Offers the library's modules in its scope; it is loaded when the first of them is used. */
  provide(sidecar: Sidecar, baseUrl: string): void;
  /** Takes a library build out of its scope, if it was never used. */
  withdraw(global: string): void;
}

interface Library {
  readonly sidecar: Sidecar;
  readonly baseUrl: string;
  modules: Promise<{ readonly [name: string]: unknown }> | undefined;
}

/** Share scopes that are filled by library builds. A scope's modules come from one build as long as the page lives. */
export function createLibraries(federation: Federation, loader: Loader): Libraries {
  const libraries = new Map<string, Library>();

  const modulesOf = (library: Library): Promise<{ readonly [name: string]: unknown }> => {
    library.modules ??= loadModules(loader, library).catch((error: unknown) => {
      library.modules = undefined;
      throw error;
    });
    return library.modules;
  };
  const shareOf = (scope: string, name: string, version: string): ShareOffer => ({
    version,
    scope: [scope],
    get: async () => {
      const library = libraries.get(scope);
      if (!library) throw new TestudoError('LOAD_FAILED', `nobody provides ${name} in the share scope ${scope}`);
      const modules = await modulesOf(library);
      return () => modules[name];
    },
    shareConfig: { singleton: true, requiredVersion: `^${version}` },
  });

  return {
    provide(sidecar, baseUrl) {
      const scope = sidecar.shareScope;
      if (sidecar.kind !== 'library' || scope === undefined) {
        throw new TestudoError(
          'SIDECAR_INVALID',
          `${sidecar.name} is no library build: it has no share scope to provide`,
        );
      }
      const former = libraries.get(scope);
      if (former?.modules !== undefined || former?.sidecar.global === sidecar.global) return;
      libraries.set(scope, { sidecar, baseUrl, modules: undefined });
      if (former?.sidecar.version === sidecar.version) return;
      const names = sidecar.provides ?? [];
      federation.withdraw(scope);
      federation.offer(Object.fromEntries(names.map((name) => [name, shareOf(scope, name, sidecar.version)])));
    },
    withdraw(global) {
      for (const [scope, library] of libraries) {
        if (library.sidecar.global !== global) continue;
        libraries.delete(scope);
        federation.withdraw(scope);
      }
    },
  };
}

async function loadModules(
  loader: Loader,
  { sidecar, baseUrl }: Library,
): Promise<{ readonly [name: string]: unknown }> {
  loader.add(sidecar, baseUrl);
  const library = await loader.load(sidecar.global, './library');
  const modules = (library as { modules?: unknown } | null)?.modules;
  if (typeof modules === 'object' && modules !== null) return modules as { readonly [name: string]: unknown };
  throw new TestudoError('LOAD_FAILED', `${sidecar.name} ${sidecar.build}: ./library exports no "modules"`);
}
