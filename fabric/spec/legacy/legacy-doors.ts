import { doorProblem } from '../check-doors.ts';
import type { ModelSpec } from '../model-spec.ts';
import type { PortSpec } from '../port-spec.ts';
import type { RouteSpec } from '../route-spec.ts';
import type { Drops } from './drops.ts';

type Doors = Pick<ModelSpec, 'ports' | 'routes'>;

/**
 * The addresses of an older model that this host can serve: what is not below its endpoint, or clashes, goes. The endpoint
 * in a path is compared without case, and may lack its slash.
 */
export function legacyDoors(spec: ModelSpec, drops: Drops): Doors {
  const { routes: given, ports: all = {}, ...others } = spec;
  const ports: { [name: string]: PortSpec } = {};
  for (const name of Object.keys(all)) ports[name] = withoutAddress(all[name] as PortSpec);
  for (const name of Object.keys(all)) {
    const port = withPath(all[name] as PortSpec, spec.endpoint);
    if (doorProblem({ ...others, ports: { ...ports, [name]: port } }) === null) ports[name] = port;
    else for (const key of ['methods', 'path']) if (key in port) drops.keys.push(`ports.${name}.${key}`);
  }
  if (!Array.isArray(given)) return { ports };
  const routes: RouteSpec[] = [];
  (given as readonly RouteSpec[]).forEach((written, index) => {
    const route = withPath(written, spec.endpoint);
    if (doorProblem({ ...others, ports, routes: routes.concat(route) }) === null) routes.push(route);
    else drops.keys.push(`routes.${index}`);
  });
  return { ports, routes };
}

function withoutAddress({ methods: _methods, path: _path, ...port }: PortSpec): PortSpec {
  return port;
}

/** With its path below the endpoint as that is written here; anything else as it is. */
function withPath<Door>(door: Door, endpoint: string): Door {
  const { path } = (door ?? {}) as { readonly path?: unknown };
  if (typeof path !== 'string') return door;
  const [first = '', ...rest] = path.replace(/^\//, '').split('/');
  return first.toLowerCase() === endpoint ? { ...door, path: ['', endpoint, ...rest].join('/') } : door;
}
