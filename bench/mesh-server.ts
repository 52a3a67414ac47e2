import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import { relay } from '@testudo/fabric/mesh/relay';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { meshDoor } from '../server-bridge/mesh-door.ts';
import { nodePlatform } from '../server-bridge/node-platform.ts';
import { openFeathers } from './feathers.ts';
import { moleculerOptions } from './moleculer-options.ts';
import { loadMoleculer } from './peers.ts';

/** Where the server's doors are: ours, the bare echo, the bare broadcast; and the ports of those peers that are there. */
export interface MeshAddresses {
  readonly mesh: number;
  readonly echo: number;
  readonly broadcast: number;
  readonly moleculer: readonly [number, number] | null;
  /** the UDP port by which Feathers applications find each other */
  readonly feathers: number | null;
}

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A switch with one service, behind the door that browsers and devices enter by. */
function openMesh(): Promise<number> {
  const server = createServer();
  const platform = nodePlatform((error) => console.error(error));
  const local = { user: 'system', roles: ['host'], tenant: 'main' };
  const node = createMeshNode({ id: 'hub', platform, local, relay, policy: () => true });
  node.serve('bench.echo', (body) => body);
  // Without the flood guard of one socket, which would end the measurement.
  const limits = { framesPerSecond: 10_000_000 };
  const rules = {
    allowsHost: () => true,
    allowsOrigin: () => true,
    authenticate: async () => local,
    claimName: async () => true,
  };
  meshDoor({ server, node, platform, limits, ...rules });
  server.listen(0, '127.0.0.1');
  return portOf(server);
}

/** The floor: a bare `ws` server that hands every frame to whom `targets` names. */
function openBare(targets: (sender: WebSocket, all: ReadonlySet<WebSocket>) => Iterable<WebSocket>): Promise<number> {
  const server = createServer();
  const acceptor = new WebSocketServer({ server, perMessageDeflate: false });
  acceptor.on('connection', (socket) => {
    socket.on('message', (frame: Buffer) => {
      for (const target of targets(socket, acceptor.clients)) target.send(frame, { binary: false });
    });
  });
  server.listen(0, '127.0.0.1');
  return portOf(server);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await portOf(server);
  server.close();
  return port;
}

async function openMoleculer(): Promise<MeshAddresses['moleculer']> {
  const moleculer = await loadMoleculer();
  if (moleculer === undefined) return null;
  const ports = [await freePort(), await freePort()] as const;
  const broker = new moleculer.ServiceBroker(moleculerOptions('server', ports));
  const echo = ({ params }: { readonly params: unknown }): unknown => params;
  broker.createService({ name: 'bench', actions: { echo } });
  await broker.start();
  return ports;
}

async function serveFeathers(): Promise<number | null> {
  const port = await freePort();
  return (await openFeathers('server', port)) === undefined ? null : port;
}

const addresses: MeshAddresses = {
  mesh: await openMesh(),
  echo: await openBare((sender) => [sender]),
  broadcast: await openBare((sender, all) => [...all].filter((socket) => socket !== sender)),
  moleculer: await openMoleculer(),
  feathers: await serveFeathers(),
};
process.send?.(addresses);
process.once('disconnect', () => process.exit(0));
