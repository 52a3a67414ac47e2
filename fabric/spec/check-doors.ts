import { isRecord } from './check-plain.ts';
import type { ModelSpec } from './model-spec.ts';
import { operationsOf, routeMethods, shapeOf, type RouteMethod } from './operations.ts';
import type { RouteSpec } from './route-spec.ts';

const maxRoutes = 50;
const portRest = /^\/:id(\/[A-Za-z0-9_-]{1,60}){1,5}$/;
const routeRest = /^(\/:?[A-Za-z0-9_-]{1,60}){0,8}$/;
/** Below `/api` already. */
const taken = ['models', 'catalog', 'session', 'demo', 'openapi'];

/** What is wrong with a key of a model. */
export interface DoorProblem {
  readonly key: string;
  readonly problem: string;
}

/** What is wrong with the addresses that a model asks for, or `null`. */
export function doorProblem(spec: ModelSpec): DoorProblem | null {
  return portProblem(spec) ?? routeProblem(spec) ?? clash(spec);
}

/** The routes of a checked model, by path and methods. */
export function routesOf({ routes = [] }: Pick<ModelSpec, 'routes'>): {
  readonly path: string;
  readonly methods: readonly RouteMethod[];
}[] {
  return routes.map((route) => ({ path: route.path, methods: routeMethods.filter((method) => method in route) }));
}

/** What comes after a model's own first segment, or `null` where the path begins otherwise. */
function restOf(path: string, { endpoint }: ModelSpec): string | null {
  return path === `/${endpoint}` || path.startsWith(`/${endpoint}/`) ? path.slice(endpoint.length + 1) : null;
}

function portProblem(spec: ModelSpec): DoorProblem | null {
  const { ports = {} } = spec;
  for (const name of Object.keys(ports)) {
    const { type, methods, path } = ports[name] ?? {};
    const key = `ports.${name}.${methods === undefined ? 'path' : 'methods'}`;
    if (type === 'outbound' && (methods ?? path) !== undefined)
      return { key, problem: 'is for inbound ports, which alone are called from outside; remove it' };
    if (path !== undefined && !portRest.test(restOf(path, spec) ?? ''))
      return {
        key: `ports.${name}.path`,
        problem: `must be /${spec.endpoint}/:id/ and up to five segments, not ${path}`,
      };
  }
  return null;
}

function routeProblem(spec: ModelSpec): DoorProblem | null {
  const { routes = [] } = spec;
  if (routes.length > maxRoutes)
    return { key: 'routes', problem: `are ${routes.length}; at most ${maxRoutes} are served` };
  for (let index = 0; index < routes.length; index += 1) {
    const found = faultOf(routes[index], spec);
    if (found !== null) return { key: `routes.${index}${found.key}`, problem: found.problem };
  }
  return null;
}

function faultOf(route: unknown, spec: ModelSpec): DoorProblem | null {
  if (!isRecord(route)) return { key: '', problem: 'must be { path, get | post | put | patch | delete: a function }' };
  const { path, ...handlers } = route as Partial<RouteSpec> & { readonly [key: string]: unknown };
  const rest = typeof path === 'string' ? restOf(path, spec) : null;
  if (rest === null || !routeRest.test(rest) || taken.includes(spec.endpoint))
    return {
      key: '.path',
      problem: `must begin with /${spec.endpoint} and be of segments and :parameters, not ${String(path)}`,
    };
  const names = Object.keys(handlers);
  const wrong = names.find(
    (name) => !routeMethods.includes(name as RouteMethod) || typeof handlers[name] !== 'function',
  );
  if (wrong === undefined && names.length > 0) return null;
  return {
    key: wrong === undefined ? '' : `.${wrong}`,
    problem: 'needs a function for get, post, put, patch or delete',
  };
}

function clash(spec: ModelSpec): DoorProblem | null {
  const seen = new Map<string, string>();
  for (const operation of operationsOf({ ...spec, routes: routesOf(spec) })) {
    const shape = shapeOf(operation);
    const what = operation.kind === 'route' ? 'routes' : `${operation.kind}s.${operation.name}`;
    const former = seen.get(shape);
    if (former !== undefined)
      return { key: what, problem: `has ${operation.method} ${operation.path}, which is that of ${former} already` };
    seen.set(shape, what);
  }
  return null;
}
