import { join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';
import type { FastifyInstance } from 'fastify';

import type { Configuration } from './configuration.ts';
import { createDemoControl } from './demo-control.ts';
import { readDemoFile } from './demo-file.ts';
import type { AppServices } from './http/app-services.ts';
import { createApp } from './http/create-app.ts';
import { createDoor } from './http/door.ts';
import { createSessions } from './http/sessions.ts';
import { keptSecret } from './kept-secret.ts';
import { meshDoor } from './mesh-door.ts';
import { nodeNames } from './node-names.ts';
import type { MeshDoor } from './mesh-door.ts';
import type { Core } from './start-core.ts';

/** What the outside sees of a server. */
export interface OpenDoors {
  readonly app: FastifyInstance;
  readonly mesh: MeshDoor;
  readonly port: number;
  /** Lets nobody in any more and answers what is under way; who is slow is cut off after two seconds. */
  close(): Promise<void>;
}

const DRAIN_MS = 2000;

/** Opens the HTTP API and the mesh door on one port. @throws TestudoError `UNAVAILABLE` when it is taken or cannot be had */
export async function openDoors(core: Core): Promise<OpenDoors> {
  const { configuration, platform, host, catalog, live } = core;
  const secretOf = (name: string): Promise<string> => keptSecret(join(configuration.dataDirectory, name));
  let port = configuration.port;
  const services: Omit<AppServices, 'health'> = {
    configuration,
    host,
    catalog,
    live,
    door: createDoor({ port: () => port, hostNames: configuration.hostNames }),
    sessions: createSessions({ configuration, secret: await secretOf('secret'), now: () => platform.now() }),
    token: await secretOf('token'),
    demo: demoOf(core),
    onError: (error) => platform.onError(error),
  };
  const startedMs = platform.now();
  const app: FastifyInstance = createApp({ ...services, health: () => healthOf(core, mesh, startedMs) });
  const mesh: MeshDoor = openMeshDoor(app, core, services);
  port = await listen(app, configuration);
  return { app, mesh, port, close: () => drain(app, mesh) };
}

async function drain(app: FastifyInstance, mesh: MeshDoor): Promise<void> {
  mesh.close();
  const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
  await app.close();
  clearTimeout(cut);
}

function healthOf(
  { configuration, platform, host, catalog }: Core,
  mesh: MeshDoor,
  startedMs: number,
): ReturnType<AppServices['health']> {
  return {
    status: 'ok',
    pid: process.pid,
    uptimeMs: platform.now() - startedMs,
    node: host.node,
    mode: configuration.mode,
    sockets: mesh.sockets(),
    opened: mesh.opened,
    closed: mesh.closed,
    revision: catalog.current().revision,
  };
}

function demoOf({ configuration, catalog, live, mesh, store, verify }: Core): AppServices['demo'] {
  const { demoFile } = configuration;
  if (demoFile === null) return null;
  return createDemoControl({ readFile: () => readDemoFile(demoFile), catalog, live, mesh, store, verify });
}

function openMeshDoor(
  app: FastifyInstance,
  { mesh, platform, datasource }: Core,
  { door, sessions }: Pick<AppServices, 'door' | 'sessions'>,
): MeshDoor {
  return meshDoor({
    server: app.server,
    node: mesh,
    platform,
    claimName: nodeNames(datasource, {
      onDamaged: (error) => void platform.onError(error),
      connected: () => new Set(mesh.peers().map(({ id }) => id)),
    }),
    async authenticate(request) {
      const principal = sessions.principal(request.headers.cookie);
      return principal.user === '' ? null : principal;
    },
    allowsHost: (host) => door.isOurHost(host),
    allowsOrigin: (origin) => origin === undefined || door.isOurOrigin(origin),
  });
}

async function listen(app: FastifyInstance, { address, port }: Configuration): Promise<number> {
  try {
    await app.listen({ host: address, port });
  } catch (cause) {
    const { code, message } = cause as Error & { readonly code?: string };
    const why =
      code === 'EADDRINUSE'
        ? `port ${port} is taken; end what listens there or set PORT to another one`
        : `${address}:${port} cannot be listened on: ${message}; change address in testudo.config.ts, or PORT`;
    throw new TestudoError('UNAVAILABLE', why, { cause });
  }
  const bound = app.server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}
