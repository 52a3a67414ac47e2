import { isRecord } from './is-record.ts';
import type { ModelSpec } from './model-spec.ts';
import { operationsOf, routeMethods, shapeOf, type RouteMethod } from './operations.ts';

const maxRoutes = 50;
const belowObject = /^\/:id(\/[A-Za-z0-9_-]{1,60}){1,5}$/;
const belowEndpoint = /^(\/:?[A-Za-z0-9_-]{1,60}){0,8}$/;
/** Below `/api` already. */
const taken = ['models', 'catalog', 'configuration', 'session', 'demo', 'openapi'];

/** The routes of a checked model, by path and methods. */
export function routesOf({ routes = [] }: Pick<ModelSpec, 'routes'>): {
  readonly path: string;
  readonly methods: readonly RouteMethod[];
}[] {
  return routes.map((route) => ({ path: route.path, methods: routeMethods.filter((method) => method in route) }));
}

/** What is wrong with the addresses that a model asks for (a key, and what it must be), or `null`. */
export function doorProblem(spec: ModelSpec): readonly [key: string, problem: string] | null {
  const { endpoint, ports = {}, routes = [] } = spec;
  for (const name of Object.keys(ports)) {
    const { type, methods, path } = ports[name] ?? {};
    if (type === 'outbound' && (methods || path)) return [`ports.${name}`, 'must be inbound to have methods or path'];
    if (path !== undefined && !isBelow(endpoint, path, belowObject))
      return [`ports.${name}.path`, `must be /${endpoint}/:id/… of at most five segments, not ${path}`];
  }
  const wrong = routes.findIndex((route, index) => index >= maxRoutes || !isRoute(endpoint, route));
  if (wrong >= 0)
    return [
      `routes.${wrong}`,
      `must be { path: '/${endpoint}/…/:id', get | post | put | patch | delete: a function }, one of at most ${maxRoutes}`,
    ];
  return clash(spec);
}

function isBelow(endpoint: string, path: unknown, rest: RegExp): boolean {
  const start = `/${endpoint}`;
  return typeof path === 'string' && path.startsWith(start) && rest.test(path.slice(start.length));
}

function isRoute(endpoint: string, route: unknown): boolean {
  if (!isRecord(route) || taken.includes(endpoint) || !isBelow(endpoint, route['path'], belowEndpoint)) return false;
  const names = Object.keys(route).filter((name) => name !== 'path');
  return (
    names.length > 0 &&
    names.every((name) => routeMethods.includes(name as RouteMethod) && typeof route[name] === 'function')
  );
}

function clash(spec: ModelSpec): readonly [string, string] | null {
  const seen = new Map<string, string>();
  for (const operation of operationsOf({ ...spec, routes: routesOf(spec) })) {
    const shape = shapeOf(operation);
    const { kind, name, method, path } = operation;
    const former = seen.get(shape);
    if (former !== undefined) return [`${kind}s`, `must not have ${method} ${path} twice: of ${former} and of ${name}`];
    seen.set(shape, name);
  }
  return null;
}
