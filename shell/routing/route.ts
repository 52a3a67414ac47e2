import type { CatalogRemote } from '@testudo/fabric/catalog/catalog';

/** An application of the menu: a UI remote with the first path segment that it is mounted at. */
export interface Route {
  readonly name: string;
  /** '' for the root */
  readonly segment: string;
  readonly title: string;
  readonly order: number;
}

/** First path segments that belong to the server and the shell. */
export const reservedSegments: readonly string[] = ['api', 'health', 'metrics', 'sw.js', 'config.json', 'builds'];

/** The first segment of a path, decoded: `/store/7?a=1` -> `store`; '' for the root. */
export function firstSegment(path: string): string {
  const segment = /^\/*([^/?#]*)/.exec(path)?.[1] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a malformed escape is no application's name: it leads to the not-found card
  }
}

/** The routes of a catalogue in the menu's order. A segment that is reserved or taken twice gives no route. */
export function routesOf(remotes: readonly CatalogRemote[]): readonly Route[] {
  const taken = new Set(reservedSegments);
  const routes: Route[] = [];
  for (const { kind, name, route } of remotes) {
    if (kind !== 'ui' || route === undefined || taken.has(route.segment)) continue;
    taken.add(route.segment);
    routes.push({ name, segment: route.segment, title: route.title, order: route.order });
  }
  return routes.sort((a, b) => a.order - b.order);
}

/** The route of a path, or `undefined` when no application lives there. */
export function routeOf(routes: readonly Route[], path: string): Route | undefined {
  const segment = firstSegment(path);
  return routes.find((route) => route.segment === segment);
}

/** Where an application's own paths begin. */
export function homeOf(route: Pick<Route, 'segment'>): string {
  return `/${encodeURIComponent(route.segment)}`;
}

/** The part of a path below its application's segment, beginning with `/`. */
export function pathWithin(route: Pick<Route, 'segment'>, path: string): string {
  if (route.segment === '') return path.startsWith('/') ? path : `/${path}`;
  return path.replace(/^\/+[^/?#]*/, '').replace(/^(?!\/)/, '/');
}
