import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Catalog } from '@testudo/fabric/catalog/catalog';
import { TestudoError } from '@testudo/fabric/error';
import type { CallRequest } from '@testudo/fabric/host/call-api';
import type { Host, HostReport, WriteRequest } from '@testudo/fabric/host/host-api';
import type { Principal } from '@testudo/fabric/access/principal';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { ModelReport } from '@testudo/fabric/spec/model-report';
import { reportModel } from '@testudo/fabric/spec/report-model';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

import type { DeployRequest } from '../catalog/deploy-request.ts';
import { loadConfiguration } from '../configuration.ts';
import type { Environment } from '../configuration.ts';
import type { DemoControl } from '../demo-control.ts';
import { configuration as file } from '../../testudo.config.ts';
import type { AppServices } from './app-services.ts';
import { createApp } from './create-app.ts';
import { createDoor } from './door.ts';
import { createSessions } from './sessions.ts';

/** An app over a host that remembers what it was asked, for tests of the HTTP side alone. */
export interface AppFixture {
  readonly app: FastifyInstance;
  readonly writes: { readonly request: WriteRequest; readonly principal: Principal }[];
  readonly calls: { readonly request: CallRequest; readonly principal: Principal }[];
  readonly deploys: DeployRequest[];
  /** names of remotes */
  readonly withdrawn: string[];
  /** changes of the configuration */
  readonly puts: unknown[];
  readonly errors: unknown[];
  /** injects a request to localhost:8080 with a session of `user` */
  ask(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS' | 'HEAD',
    url: string,
    options?: Ask,
  ): Promise<LightMyRequestResponse>;
}

export interface Ask {
  readonly user?: string;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
}

export const state: ObjectState = {
  id: 'o-1',
  modelName: 'order',
  version: 3,
  seq: 7,
  schemaVersion: 1,
  owner: 'ada',
  createdMs: 1,
  updatedMs: 2,
  fields: { note: 'hello' },
  flow: null,
  deleted: false,
};

export const modelOfTest: ModelReport = reportModel(
  {
    modelName: 'order',
    endpoint: 'orders',
    factory: () => (input) => input,
    ports: {
      track: { type: 'inbound', keys: 'place' },
      weigh: { type: 'inbound', keys: 'weight', methods: ['patch', 'put'], path: '/orders/:id/scale/weight' },
      ship: { type: 'outbound' },
      off: { type: 'inbound', disabled: true },
    },
    routes: [
      { path: '/orders/:id/label', get: () => null, post: () => null },
      { path: '/orders', get: () => null },
      { path: '/orders/:id/:part', get: () => null },
    ],
    commands: { approve: { command: () => ({}) } },
    accessControlList: {},
  },
  'sales',
  'sales_b1',
);

export const catalogOfTest: Catalog = { schema: 1, revision: 4, remotes: [] };

export function createFixture(
  options: { environment?: Environment; host?: Partial<Host>; demo?: DemoControl } = {},
): AppFixture {
  const shell = mkdtempSync(join(tmpdir(), 'testudo-shell-'));
  const programs = ['shell.js', 'update.js', 'arrow-keys.js', 'keeping.js', 'host.js', 'realm.js', 'polyfills.js'];
  for (const name of [...programs, 'app.0123abcd.js']) writeFileSync(join(shell, name), `/* ${name} */`);
  writeFileSync(join(shell, 'large.css'), '/* large */'.repeat(200));
  writeFileSync(join(shell, 'sw.js'), 'precache(self.__WB_MANIFEST);');
  writeFileSync(join(shell, 'index.html'), '<!doctype html><title>T</title><!-- testudo:script -->');
  const configuration = loadConfiguration(file, { TESTUDO_SHELL: shell, ...options.environment }, '/nowhere');
  const writes: AppFixture['writes'] = [];
  const calls: AppFixture['calls'] = [];
  const deploys: DeployRequest[] = [];
  const withdrawn: string[] = [];
  const puts: unknown[] = [];
  const errors: unknown[] = [];
  const sessions = createSessions({ configuration, secret: 'a secret of tests', now: () => 1_000 });
  const services: AppServices = {
    configuration,
    sessions,
    door: createDoor({ port: () => 8080, hostNames: configuration.hostNames }),
    host: { ...fakeHost({ writes, calls }), ...options.host } as AppServices['host'],
    catalog: {
      current: () => catalogOfTest,
      running: () => ({ revision: 4, builds: [] }),
      deploy: (request) => (deploys.push(request), Promise.resolve(catalogOfTest)),
      withdraw: (name) => (withdrawn.push(name), Promise.resolve(catalogOfTest)),
      settled: Promise.resolve(),
    },
    live: {
      current: () => ({ schema: 1, revision: 2, changes: {} }),
      effective: () => configuration.host,
      serve: () => undefined,
      put: (changes) => (puts.push(changes), Promise.resolve({ schema: 1, revision: 3, changes: {} })),
    },
    token: 'the-token',
    demo: options.demo ?? null,
    health: () => ({
      status: 'ok',
      pid: 1,
      uptimeMs: 2,
      node: 'server-1',
      mode: 'development',
      sockets: 0,
      opened: 0,
      closed: 0,
      revision: 4,
    }),
    onError: (error) => errors.push(error),
  };
  const app = createApp(services);
  const ask: AppFixture['ask'] = (method, url, { user, body, headers } = {}) =>
    app.inject({
      method,
      url,
      headers: {
        host: 'localhost:8080',
        ...(user === undefined ? {} : { cookie: sessions.signIn(user).split(';')[0] ?? '' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    });
  return { app, writes, calls, deploys, withdrawn, puts, errors, ask };
}

function fakeHost({ writes, calls }: Pick<AppFixture, 'writes' | 'calls'>): Partial<Host> {
  return {
    modelOf: (endpoint) => (endpoint === 'orders' ? modelOfTest : undefined),
    models: () => [modelOfTest],
    route: async ({ route, request }) => ({ status: 202, type: 'json', body: { route, ...request } }),
    call: (request, principal) => (
      calls.push({ request, principal }),
      Promise.resolve({ result: { weight: 7 }, state, opId: 'server:2' })
    ),
    write: (request, principal) => (writes.push({ request, principal }), Promise.resolve({ state, opId: 'server:1' })),
    find: (_modelName, id) =>
      id === state.id ? Promise.resolve(state) : Promise.reject(new TestudoError('NOT_FOUND', `no order ${id}`)),
    async list(_modelName, query) {
      const objects = [state, { ...state, id: 'o-2' }].slice(0, query.limit);
      if (query.where) objects[0] = { ...state, fields: query as never };
      return { objects, next: objects.length === 2 ? null : 'o-1' };
    },
    count: async () => 2,
    history: async ({ before = null }) => ({ entries: [], next: before }),
    present: async (_modelName, states) => states,
    inspect: async () => ({ node: 'server-1' }) as HostReport,
  };
}
