import type { CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { expect, test } from 'vitest';

import { firstSegment, homeOf, pathWithin, routeOf, routesOf } from './route.ts';

function remote(name: string, segment: string, order: number, kind: CatalogRemote['kind'] = 'ui'): CatalogRemote {
  return { name, kind, build: 'b1', url: 'http://x/', integrity: '', route: { segment, title: name, order } };
}

const routes = routesOf([remote('store', 'store', 2), remote('proof', '', 1), remote('help', 'help', 3)]);

test('a path belongs to the application of its first segment', () => {
  expect(routeOf(routes, '/')?.name).toBe('proof');
  expect(routeOf(routes, '/store')?.name).toBe('store');
  expect(routeOf(routes, '/store/7?tab=1#x')?.name).toBe('store');
  expect(routeOf(routes, '/storeroom')).toBeUndefined();
});

test('the menu follows the order of the catalogue', () => {
  expect(routes.map((route) => route.name)).toEqual(['proof', 'store', 'help']);
});

test('a reserved or doubly claimed segment and what is no UI give no route', () => {
  const remotes = [remote('evil', 'api', 1), remote('a', 'x', 2), remote('b', 'x', 3), remote('m', 'm', 4, 'model')];
  expect(routesOf(remotes).map((route) => route.name)).toEqual(['a']);
});

test('segments are decoded, malformed escapes are kept', () => {
  expect(firstSegment('/caf%C3%A9/x')).toBe('café');
  expect(firstSegment('/%zz')).toBe('%zz');
  expect(homeOf({ segment: 'café' })).toBe('/caf%C3%A9');
});

test('an application sees the path below its own segment', () => {
  expect(pathWithin({ segment: 'store' }, '/store')).toBe('/');
  expect(pathWithin({ segment: 'store' }, '/store/7?a=1')).toBe('/7?a=1');
  expect(pathWithin({ segment: '' }, '/x')).toBe('/x');
});
