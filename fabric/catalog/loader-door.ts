import { TestudoError } from '../error.ts';

/** What a loader does for the running code of one of its builds. */
export interface BuildSource {
  readonly baseUrl: string;
  has(path: string): boolean;
  chunk(path: string): Promise<void>;
  style(path: string): Promise<void>;
}

/**
 * The one place where remote code reaches the loader that loaded it: the chunk plugin of every remote finds it as
 * `globalThis[Symbol.for('testudo.host')]`. Loaders of one process share it; each owns its own builds.
 */
export interface LoaderDoor {
  /** URL of the folder that the build's assets are in */
  base(global: string): string;
  has(global: string, path: string): boolean;
  chunk(global: string, path: string): Promise<void>;
  css(global: string, path: string): Promise<void>;
  readonly sources: Map<string, BuildSource>;
}

const doorKey: unique symbol = Symbol.for('testudo.host');

type GlobalWithDoor = { [doorKey]?: LoaderDoor; [name: string]: unknown };

/** The door of a global object, made by the first loader that asks, along with the runtime that remotes are built without. */
export function openDoor(global: object, offerRuntime: (global: object) => void): LoaderDoor {
  const target = global as GlobalWithDoor;
  const known = target[doorKey];
  if (known) return known;
  const door = createDoor();
  Object.defineProperty(target, doorKey, { value: door, configurable: true });
  offerRuntime(global);
  return door;
}

function createDoor(): LoaderDoor {
  const sources = new Map<string, BuildSource>();
  const sourceOf = (global: string): BuildSource => {
    const source = sources.get(global);
    if (source) return source;
    throw new TestudoError(
      'BUILD_UNKNOWN',
      `${global} asked for a file, but was never added or is evicted; drain a build before evicting it`,
    );
  };
  return {
    sources,
    base: (global) => sourceOf(global).baseUrl,
    has: (global, path) => sources.has(global) && sourceOf(global).has(path),
    chunk: async (global, path) => sourceOf(global).chunk(path),
    css: async (global, path) => sourceOf(global).style(path),
  };
}
