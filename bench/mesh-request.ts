import type { Plain } from '@testudo/fabric/plain';

import { inFlight, measure, oneAtATime, perSecond } from './measure.ts';
import type { Group, Peer, Round, Row } from './measure.ts';
import { bareRequests, enterMesh, joinFeathers, joinMoleculer, openSocket, startMeshServer } from './mesh-clients.ts';
import type { MeshServer } from './mesh-clients.ts';

type Request = (body: Plain) => Promise<unknown>;

const BARE_LIMIT = 0.5;
const AHEAD = 1;
const WIDTH = 100;
const SINGLE_CALLS = 400;
const MANY_CALLS = 4000;
const body = { orderId: 'o1', note: 'two shields', items: [{ sku: 's1', name: 'Scutum', qty: 2, priceCents: 15_000 }] };

const single =
  (request: Request): Round =>
  () =>
    perSecond(SINGLE_CALLS, () => oneAtATime(SINGLE_CALLS, () => request(body)));
const crowd =
  (request: Request): Round =>
  () =>
    perSecond(MANY_CALLS, () => inFlight(MANY_CALLS, WIDTH, () => request(body)));

interface Requests {
  readonly ours: Request;
  readonly bare: Request;
  readonly moleculer: Request | undefined;
  readonly feathers: Request | undefined;
}

function contest(name: string, shape: (request: Request) => Round, requests: Requests): Promise<readonly Row[]> {
  const peers: Peer[] = [{ name: 'bare ws echo', round: shape(requests.bare), limit: BARE_LIMIT }];
  if (requests.moleculer) peers.push({ name: 'Moleculer over TCP', round: shape(requests.moleculer), limit: AHEAD });
  if (requests.feathers) peers.push({ name: 'feathers-distributed', round: shape(requests.feathers), limit: AHEAD });
  return measure({ name: `mesh request, ${name}`, unit: 'replies/s', ours: shape(requests.ours), peers });
}

async function compare({ addresses }: MeshServer): Promise<readonly Row[]> {
  const mesh = await enterMesh(addresses, 'bench-client');
  const socket = await openSocket(addresses.echo);
  const broker = await joinMoleculer(addresses);
  const requests: Requests = {
    ours: (sent) => mesh.node.request('bench.echo', sent),
    bare: bareRequests(socket),
    moleculer: broker && ((sent) => broker.call('bench.echo', sent)),
    feathers: await joinFeathers(addresses),
  };
  const rows = [
    ...(await contest('one at a time', single, requests)),
    ...(await contest('100 in flight', crowd, requests)),
  ];
  mesh.close();
  socket.close();
  await broker?.stop();
  return rows;
}

async function run(): Promise<readonly Row[]> {
  const server = await startMeshServer();
  try {
    return await compare(server);
  } finally {
    server.close();
  }
}

/** Request and reply with another process, by the mesh door. */
export const meshRequest: Group = { name: 'mesh request', run };
