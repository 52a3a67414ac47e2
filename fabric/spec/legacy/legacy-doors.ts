import { doorProblem } from '../check-doors.ts';
import type { ModelSpec } from '../model-spec.ts';
import type { PortSpec } from '../port-spec.ts';
import type { RouteSpec } from '../route-spec.ts';
import type { Drops } from './drops.ts';

type Doors = Pick<ModelSpec, 'ports' | 'routes'>;

/** The addresses of an older model that this host can serve: what is not below its endpoint, or clashes, goes. */
export function legacyDoors(spec: ModelSpec, drops: Drops): Doors {
  const { routes: given, ports: all = {}, ...others } = spec;
  const ports: { [name: string]: PortSpec } = {};
  for (const name of Object.keys(all)) ports[name] = withoutAddress(all[name] as PortSpec);
  for (const name of Object.keys(all)) {
    const port = all[name] as PortSpec;
    if (doorProblem({ ...others, ports: { ...ports, [name]: port } }) === null) ports[name] = port;
    else for (const key of ['methods', 'path']) if (key in port) drops.keys.push(`ports.${name}.${key}`);
  }
  if (!Array.isArray(given)) return { ports };
  const routes: RouteSpec[] = [];
  (given as readonly RouteSpec[]).forEach((route, index) => {
    if (doorProblem({ ...others, ports, routes: routes.concat(route) }) === null) routes.push(route);
    else drops.keys.push(`routes.${index}`);
  });
  return { ports, routes };
}

function withoutAddress({ methods: _methods, path: _path, ...port }: PortSpec): PortSpec {
  return port;
}
