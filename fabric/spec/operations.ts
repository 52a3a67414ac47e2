/** The methods that a port or a route may be reached by; a route may be read as well. */
export type PortMethod = 'post' | 'put' | 'patch' | 'delete';
export type RouteMethod = 'get' | PortMethod;
export const portMethods: readonly PortMethod[] = ['post', 'put', 'patch', 'delete'];
export const routeMethods: readonly RouteMethod[] = ['get', 'post', 'put', 'patch', 'delete'];

/** What a model offers at addresses besides its objects themselves. Paths begin with its endpoint. */
export interface Operation {
  readonly kind: 'command' | 'port' | 'route';
  readonly method: RouteMethod;
  /** `/orders/:id/approve`: segments and named parameters */
  readonly path: string;
  /** of the command or the port; the path of a route */
  readonly name: string;
}

/** What is read of a model, or of its report, for that. */
export interface Offering {
  readonly endpoint: string;
  readonly commands?: { readonly [name: string]: unknown };
  readonly ports?: { readonly [name: string]: OfferedPort };
  readonly routes?: readonly { readonly path: string; readonly methods: readonly RouteMethod[] }[];
}

interface OfferedPort {
  readonly type: 'inbound' | 'outbound';
  readonly disabled?: boolean;
  readonly methods?: readonly PortMethod[];
  readonly path?: string;
}

/** Every operation of a model: its commands by PATCH, its enabled inbound ports by POST unless they say otherwise, its routes. */
export function operationsOf({ endpoint, commands = {}, ports = {}, routes = [] }: Offering): readonly Operation[] {
  const at = (name: string): string => `/${endpoint}/:id/${name}`;
  const ofCommands = Object.keys(commands).map((name): Operation => ({
    kind: 'command',
    method: 'patch',
    path: at(name),
    name,
  }));
  const ofPorts = Object.keys(ports).map((name) => operationsOfPort(name, at(name), ports[name] as OfferedPort));
  const ofRoutes = routes.map(({ path, methods }) =>
    methods.map((method): Operation => ({ kind: 'route', method, path, name: path })),
  );
  return ofPorts.concat(ofRoutes).reduce<readonly Operation[]>((all, some) => all.concat(some), ofCommands);
}

function operationsOfPort(name: string, usual: string, port: OfferedPort): readonly Operation[] {
  const { type, disabled = false, methods = ['post'], path = usual } = port;
  return type === 'outbound' || disabled
    ? []
    : methods.map((method): Operation => ({ kind: 'port', method, path, name }));
}

/** The values of a path's parameters in an address, or `null` where it is another path. @param segments decoded */
export function matchPath(path: string, segments: readonly string[]): { readonly [name: string]: string } | null {
  const parts = path.split('/').slice(1);
  if (parts.length !== segments.length) return null;
  const params: { [name: string]: string } = {};
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as string;
    const segment = segments[index] as string;
    if (part[0] === ':' && segment !== '') params[part.slice(1)] = segment;
    else if (part !== segment) return null;
  }
  return params;
}

/** Which addresses a path takes: equal for paths that differ in the names of their parameters alone. */
export function shapeOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method} ${path.replace(/:[^/]+/g, ':')}`;
}
