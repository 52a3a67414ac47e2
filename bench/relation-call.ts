import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { authorityRole } from '@testudo/fabric/host/authority-role';
import { createHost } from '@testudo/fabric/host/create-host';
import { createFlowRunner } from '@testudo/fabric/host/flow-runner';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import { relay } from '@testudo/fabric/mesh/relay';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';

import { digestOf, nodePlatform } from '../server-bridge/node-platform.ts';
import { startNodeRealm } from '../server-bridge/node-realm.ts';
import { interleave, oneAtATime } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
/** Begins both scripts: a model, and a build's container. */
const common = (global: string, models: string): string => `
const model = (modelName, more) => ({
  modelName, endpoint: modelName + 's', factory: () => (input) => input,
  accessControlList: { read: ['owner'], write: ['owner'] }, ...more,
});
const one = (modelName) => ({ modelName, type: 'manyToOne', foreignKey: modelName + 'Id' });
var ${global} = { init: () => undefined, get: async () => () => (${models}) };`;
/** An order with a customer whom its realm has in memory, one for whom it asks the host, and one of another realm. */
const near = `{
  resident: model('resident', { datasource: { resident: true } }),
  other: model('other'),
  order: model('order', {
    relations: { resident: one('resident'), other: one('other'), far: one('far') },
    commands: { walk: { async command(order, [relation, calls]) {
      let name = '';
      for (let call = 0; call < calls; call += 1) ({ fields: { name } } = await order[relation]());
      return { name };
    } } },
  }),
}`;

function buildOf(name: string, models: string) {
  const global = `testudo_${name}_b1`;
  const bytes = new TextEncoder().encode(common(global, models));
  const integrity = digestOf(bytes);
  const sidecar: Sidecar = {
    ...{ name, kind: 'model', version: '1.0.0', build: 'b1', api: 1, mf: '2.9', entry: 'entry.js', global },
    exposes: ['./models'],
    files: [{ path: 'entry.js', integrity, bytes: bytes.length }],
    capabilities: {},
  };
  const url = `http://${name}.invalid/remote.json`;
  return { bytes, admitted: { remote: { name, kind: 'model', build: 'b1', url, integrity }, sidecar } as const };
}

const builds = [buildOf('bench', near), buildOf('far', `{ far: model('far') }`)];

/** A whole host with two realms, a thread each, as a server has it; its records are in memory. */
async function startHost(): Promise<RunningHost> {
  const platform = nodePlatform((error) => console.error(error));
  const local = { user: 'server-1', roles: ['host'], tenant: 'main' };
  const host = await createHost({
    ...{ node: 'server-1', runtime: 'node', role: authorityRole, tenant: 'main', platform },
    mesh: createMeshNode({ id: 'server-1', platform, local, relay, policy: () => true }),
    createFlows: createFlowRunner,
    datasource: memoryDatasource(),
    startRealm: startNodeRealm,
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async (global) => {
      const found = builds.find(({ admitted }) => admitted.sidecar.global === global);
      return (found?.bytes ?? new Uint8Array()).slice().buffer;
    },
    configuration: {
      ...{ bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
      realms: { main: ['*'], apart: ['far'] },
    },
  });
  await host.useSnapshot({ revision: 1, builds: builds.map(({ admitted }) => admitted) });
  return host;
}

async function startHttp(host: RunningHost): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer((request, response) => {
    void host.find('other', request.url?.slice(1) ?? '', ada).then((state) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: state }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** A command that follows a relation so often; it decides twice, at the origin and at the authority. */
function walkRound(host: RunningHost, id: string, [relation, calls]: readonly [string, number]): Round {
  return async () => {
    const startMs = performance.now();
    await host.write({ modelName: 'order', kind: 'command', id, command: 'walk', input: [relation, calls] }, ada);
    return ((performance.now() - startMs) * 1000) / (calls * 2);
  };
}

function httpRound(url: string): Round {
  const calls = 500;
  return async () => {
    const startMs = performance.now();
    await oneAtATime(calls, async () => (await fetch(url)).json());
    return ((performance.now() - startMs) * 1000) / calls;
  };
}

async function run(): Promise<readonly Row[]> {
  const host = await startHost();
  const create = async (modelName: string, input: { readonly [key: string]: string }): Promise<string> =>
    (await host.write({ modelName, kind: 'create', input }, ada)).state.id;
  const residentId = await create('resident', { name: 'Ada' });
  const otherId = await create('other', { name: 'Ada' });
  const farId = await create('far', { name: 'Ada' });
  const id = await create('order', { residentId, otherId, farId });
  const http = await startHttp(host);
  try {
    const [resident, asked, across, loopback] = await interleave(
      [
        walkRound(host, id, ['resident', 5000]),
        walkRound(host, id, ['other', 500]),
        walkRound(host, id, ['far', 500]),
        httpRound(`${http.origin}/${otherId}`),
      ],
      9,
    );
    const peer = 'node:http on loopback, fetch';
    const row = (name: string, series = asked): Row => {
      const ratio = (series?.median ?? Number.NaN) / (loopback?.median ?? Number.NaN);
      const { median: value = Number.NaN, spread = 0 } = series ?? {};
      return { name, value, unit: 'µs', limit: null, peer, ratio, ok: true, spread };
    };
    return [
      row('relation call, within the realm', resident),
      row('relation call, by the host'),
      row('relation call, across realms', across),
    ];
  } finally {
    http.close();
    await host.close();
  }
}

/** `await order.customer()`: a resident of the realm, an object that the host is asked for, and a service over HTTP. */
export const relationCall: Group = {
  name: 'relation call',
  run,
  remark:
    'Relation calls: one after another from model code in a thread, permission checked for each; the peer is the same object fetched over HTTP on loopback with kept connections.',
};
