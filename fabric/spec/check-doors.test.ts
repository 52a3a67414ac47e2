import { expect, test } from 'vitest';

import { doorProblem } from './check-doors.ts';
import { checkModel } from './check-spec.ts';
import { defineModel } from './define-model.ts';
import { matchPath, operationsOf } from './operations.ts';
import { reportModel } from './report-model.ts';

const handler = (): null => null;
const parcel = defineModel({
  modelName: 'parcel',
  endpoint: 'parcels',
  path: '/packages',
  internal: true,
  factory: () => (input) => input,
  ports: {
    weigh: { type: 'inbound', keys: 'weight', methods: ['patch', 'post'], path: '/parcels/:id/weighing' },
    track: { type: 'inbound', keys: 'place' },
    off: { type: 'inbound', keys: 'place', disabled: true },
    ship: { type: 'outbound' },
  },
  commands: { hold: { command: () => ({}) } },
  routes: [{ path: '/parcels/:id/label', get: () => null, post: () => null }],
  accessControlList: { read: ['owner'] },
});

test('doors - a checked model reports its addresses, and offers them', () => {
  const report = reportModel(checkModel(parcel, 'mail', 'b1'), 'mail', 'b1');
  expect(report).toMatchObject({
    internal: true,
    path: 'packages',
    ports: { weigh: { methods: ['patch', 'post'], path: '/parcels/:id/weighing' } },
    routes: [{ path: '/parcels/:id/label', methods: ['get', 'post'] }],
  });
  expect(operationsOf(report).map(({ kind, method, path }) => `${kind} ${method} ${path}`)).toEqual([
    'command patch /parcels/:id/hold',
    'port patch /parcels/:id/weighing',
    'port post /parcels/:id/weighing',
    'port post /parcels/:id/track',
    'route get /parcels/:id/label',
    'route post /parcels/:id/label',
  ]);
});

test.each([
  ['a port that is read', { ports: { weigh: { type: 'inbound', methods: ['get'] } } }, 'for reading, declare a route'],
  ['no method', { ports: { weigh: { type: 'inbound', methods: [] } } }, 'ports.weigh.methods is wrong'],
  ['an unknown method', { ports: { weigh: { type: 'inbound', methods: ['POST'] } } }, 'ports.weigh.methods is wrong'],
  ['methods of an outbound port', { ports: { ship: { type: 'outbound', methods: ['post'] } } }, 'must be inbound'],
  ['a path of an outbound port', { ports: { ship: { type: 'outbound', path: '/parcels/:id/x' } } }, 'must be inbound'],
  ['a path elsewhere', { ports: { weigh: { type: 'inbound', path: '/orders/:id/x' } } }, 'must be /parcels/:id/'],
  ['a path of the object', { ports: { weigh: { type: 'inbound', path: '/parcels/:id' } } }, 'must be /parcels/:id/'],
  ['a path that climbs', { ports: { weigh: { type: 'inbound', path: '/parcels/:id/../x' } } }, 'must be /parcels/:id/'],
  [
    'two ports at one address',
    { ports: { a: { type: 'inbound' }, b: { type: 'inbound', path: '/parcels/:id/a' } } },
    'ports must not have post /parcels/:id/a twice: of a and of b',
  ],
  [
    'a port at the address of a command',
    { ports: { a: { type: 'inbound', methods: ['patch'], path: '/parcels/:id/hold' } } },
    'ports must not have patch /parcels/:id/hold twice: of hold and of a',
  ],
  ['routes that are no list', { routes: {} }, 'routes is wrong; it must be a list'],
  [
    'too many routes',
    { routes: Array.from({ length: 51 }, (_, index) => ({ path: `/parcels/${index}`, get: handler })) },
    'routes.50 must be',
  ],
  ['a route that is none', { routes: [null] }, "routes.0 must be { path: '/parcels/"],
  ['a route elsewhere', { routes: [{ path: '/parcelsx', get: handler }] }, 'routes.0 must be'],
  ['a route below nothing of ours', { endpoint: 'session', routes: [{ path: '/session', get: handler }] }, 'routes.0'],
  ['a route without a handler', { routes: [{ path: '/parcels/x' }] }, 'routes.0 must be'],
  ['a route with another key', { routes: [{ path: '/parcels/x', head: () => 1 }] }, 'routes.0 must be'],
  ['a route with no function', { routes: [{ path: '/parcels/x', get: 'x' }] }, 'routes.0 must be'],
  [
    'two routes of one shape',
    {
      routes: [
        { path: '/parcels/:a', get: handler },
        { path: '/parcels/:b', get: handler },
      ],
    },
    'routes must not have get /parcels/:b twice: of /parcels/:a and of /parcels/:b',
  ],
  ['a wrong segment', { path: '/a/b' }, 'path is wrong; it must be a path segment'],
  ['a wrong flag', { internal: 'yes' }, 'internal is wrong; it must be true or false'],
])('doors - %s is refused at load', (_what, keys, problem) => {
  const model = { ...parcel, ports: {}, routes: [], ...keys };
  expect(() => checkModel(model, 'mail', 'b1')).toThrow(problem);
  expect(doorProblem({ ...parcel, ports: {}, routes: [] })).toBeNull();
});

test.each([
  ['/parcels/:id/label', ['parcels', 'p 1', 'label'], { id: 'p 1' }],
  ['/parcels/:id/label', ['parcels', '', 'label'], null],
  ['/parcels/:id/label', ['parcels', 'p', 'label', 'x'], null],
  ['/parcels/:id/label', ['orders', 'p', 'label'], null],
  ['/parcels', ['parcels'], {}],
] as const)('doors - %s at %j is %j', (path, segments, params) => {
  expect(matchPath(path, segments)).toEqual(params);
});
