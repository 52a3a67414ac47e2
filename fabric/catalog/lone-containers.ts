import type { Containers } from './containers.ts';

/** A remote's container as Module Federation makes it; of the arguments of `init` each container gets its own. */
interface Container {
  init(shareScope: object, initScope: unknown[], options: object): unknown;
  get(expose: string): Promise<() => unknown>;
}

/**
 * Containers that share nothing, started by Module Federation's protocol: `init` once, then `get` for each expose.
 * @param open gives what the entry of a build defines
 */
export function createLoneContainers(open: (global: string) => Promise<object>): Containers {
  const started = new Map<string, Promise<Container>>();
  const start = async (global: string): Promise<Container> => {
    const container = (await open(global)) as Container;
    const shareScope = {};
    const options = { version: '', shareScopeKeys: 'default', shareScopeMap: { default: shareScope } };
    await container.init(shareScope, [], options);
    return container;
  };
  return {
    async load({ sidecar: { global } }, expose) {
      const container = started.get(global) ?? start(global);
      started.set(global, container);
      const factory = await (await container).get(expose);
      return factory();
    },
    forget: (global) => started.delete(global),
  };
}
