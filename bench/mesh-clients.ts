import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { keepConnected } from '@testudo/fabric/mesh/connect-loop';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Plain } from '@testudo/fabric/plain';
import { WebSocket } from 'ws';

import { nodePlatform } from '../server-bridge/node-platform.ts';
import { websocketTransport } from '../server-bridge/websocket-transport.ts';
import { feathersService, openFeathers } from './feathers.ts';
import type { MeshAddresses } from './mesh-server.ts';
import { moleculerOptions } from './moleculer-options.ts';
import { loadMoleculer } from './peers.ts';
import type { MoleculerBroker } from './peers.ts';

/** The servers of the mesh rows, in a process of their own. */
export interface MeshServer {
  readonly addresses: MeshAddresses;
  close(): void;
}

export async function startMeshServer(): Promise<MeshServer> {
  const child = fork(join(import.meta.dirname, 'mesh-server.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [addresses] = (await once(child, 'message')) as [MeshAddresses];
  return { addresses, close: () => child.disconnect() };
}

/** A node that has entered by the door and knows who is there. */
export async function enterMesh(
  { mesh }: MeshAddresses,
  id: string,
): Promise<{ readonly node: MeshNode; close(): void }> {
  const platform = nodePlatform((error) => console.error(error));
  const node = createMeshNode({ id, platform, local: { user: 'system', roles: ['host'], tenant: 'main' } });
  const transport = websocketTransport({ url: `ws://127.0.0.1:${mesh}/api/mesh?node=${id}` });
  const close = await new Promise<() => void>((resolve) => {
    const onOpen = (): void => resolve(() => kept.dispose());
    const kept = keepConnected({ transport, node, platform, onOpen, onClose: () => undefined });
  });
  return { node, close };
}

export async function openSocket(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Request and reply over a bare socket: the same JSON, told apart by a number. */
export function bareRequests(socket: WebSocket): (body: Plain) => Promise<unknown> {
  const waiting = new Map<number, (body: unknown) => void>();
  let calls = 0;
  socket.on('message', (frame: Buffer) => {
    const { id, body } = JSON.parse(frame.toString()) as { readonly id: number; readonly body: unknown };
    waiting.get(id)?.(body);
    waiting.delete(id);
  });
  return (body) =>
    new Promise((resolve) => {
      const id = calls++;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, kind: 'request', subject: 'bench.echo', body }));
    });
}

/** The other Moleculer node, or `undefined` where it is not installed. */
export async function joinMoleculer({ moleculer: ports }: MeshAddresses): Promise<MoleculerBroker | undefined> {
  const moleculer = await loadMoleculer();
  if (moleculer === undefined || ports === null) return undefined;
  const broker = new moleculer.ServiceBroker(moleculerOptions('client', ports));
  await broker.start();
  await broker.waitForServices(['bench']);
  return broker;
}

/** The other Feathers application's way to the service, or `undefined` where Feathers is not installed. */
export async function joinFeathers({
  feathers: port,
}: MeshAddresses): Promise<((body: Plain) => Promise<unknown>) | undefined> {
  const app = port === null ? undefined : await openFeathers('client', port);
  if (app === undefined) return undefined;
  const service = await feathersService(app);
  return (body) => service.create(body);
}
