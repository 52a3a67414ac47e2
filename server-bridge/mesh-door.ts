import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Principal } from '@testudo/fabric/access/principal';
import { hasCode, TestudoError } from '@testudo/fabric/error';
import { PROTOCOL } from '@testudo/fabric/mesh/envelope';
import { KEEP_ALIVE_MS } from '@testudo/fabric/mesh/keep-alive';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import { REPLACED_CODE } from '@testudo/fabric/mesh/name-watch';
import type { Platform } from '@testudo/fabric/platform';
import { welcomeGuest, type Guest, type GuestLimits, type GuestOptions } from './door-guest.ts';
import { writeRefusal } from './http/write-refusal.ts';
import type { ClaimName } from './node-names.ts';
import { judgeUpgrade, type UpgradeRules } from './upgrade-guard.ts';
import { SOCKET_LIMITS } from './websocket-link.ts';

export interface MeshDoorOptions extends Omit<UpgradeRules, 'path'> {
  /** the HTTP server whose upgrades the door answers, all of them */
  readonly server: Server;
  /** default `/api/mesh` */
  readonly path?: string;
  /** the switch that guests are attached to */
  readonly node: MeshNode;
  readonly platform: Platform;
  readonly limits?: Partial<GuestLimits>;
  /** whether a node's name is this user's; see `nodeNames` */
  readonly claimName: ClaimName;
}

/** The WebSocket entrance to a mesh switch. */
export interface MeshDoor {
  /** connected now */
  sockets(): number;
  /** since the start */
  readonly opened: number;
  readonly closed: number;
  /** Lets nobody in any more and closes every socket; who does not answer the farewell within a second is cut off. */
  close(): void;
}

type Entry = Pick<GuestOptions, 'stream' | 'node' | 'principal' | 'isStillHis'>;

const TAKEN = 4409;
const GOING_AWAY = 1001;
const FAREWELL_MS = 1000;
const DEFAULT_LIMITS: GuestLimits = {
  helloMs: 5000,
  pingMs: KEEP_ALIVE_MS,
  framesPerSecond: 2000,
  framesAtOnce: 20_000,
  hellosPerSecond: 20,
  helloChars: 64 * 1024,
};

/**
 * Opens a door at `path` of an HTTP server: checks Host, Origin, sub-protocol and session of each upgrade, then attaches
 * the socket to the mesh under the id in `?node=`. What is refused before gets the error body.
 *
 * Close codes: 1001 the server ends; 1003 a binary frame; 1008 no envelope, over 64 fragments, no word for 5 s, too many
 * frames or hellos, too large a hello; 1009 a message over 1 MiB; 1013 more than 8 MiB wait for a peer that does not
 * read; 4401 signed out since; 4408 the user's newer connection under the same id; 4409 the id of another user. A peer
 * that misses two pings is cut off, and so is one that answers no close for 5 s.
 */
export function meshDoor(options: MeshDoorOptions): MeshDoor {
  const { server, node: mesh, platform } = options;
  const rules: UpgradeRules = {
    path: options.path ?? '/api/mesh',
    authenticate: (request) => options.authenticate(request),
    allowsHost: (host) => options.allowsHost(host),
    allowsOrigin: (origin) => options.allowsOrigin(origin),
  };
  const limits: GuestLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const acceptor = new WebSocketServer({ noServer: true, handleProtocols: () => PROTOCOL, ...SOCKET_LIMITS });
  const guests = new Map<string, Guest>();
  let opened = 0;
  let closed = 0;

  function enter(socket: WebSocket, entry: Entry): void {
    const { node, principal } = entry;
    const former = guests.get(node);
    if (node === mesh.id || (former && former.user !== principal.user)) {
      turnAway(socket, node);
      return;
    }
    former?.close(REPLACED_CODE, `${node} connected anew`);
    const guest = welcomeGuest({ socket, mesh, platform, limits, ...entry });
    guests.set(node, guest);
    opened += 1;
    socket.once('close', () => {
      closed += 1;
      if (guests.get(node) === guest) guests.delete(node);
    });
  }

  async function answer(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { node, principal } = await judgeUpgrade(request, rules);
    const isStillHis = async (): Promise<boolean> => isSame(await rules.authenticate(request), principal);
    const isHisName = await options.claimName(node, principal.user);
    acceptor.handleUpgrade(request, socket, head, (accepted) => {
      if (isHisName) enter(accepted, { stream: socket, node, principal, isStillHis });
      else turnAway(accepted, node);
    });
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    answer(request, socket, head).catch((error: unknown) => {
      const refusal = hasCode(error) ? error : new TestudoError('INTERNAL', 'the door failed', { cause: error });
      if (refusal.status >= 500) platform.onError(error);
      writeRefusal(socket, refusal);
    });
  }

  server.on('upgrade', onUpgrade);
  return {
    sockets: () => guests.size,
    get opened() {
      return opened;
    },
    get closed() {
      return closed;
    },
    close(): void {
      server.off('upgrade', onUpgrade);
      for (const guest of guests.values()) guest.close(GOING_AWAY, 'the server closes');
      platform.timer(FAREWELL_MS, () => {
        for (const socket of acceptor.clients) socket.terminate();
      });
    },
  };
}

function turnAway(socket: WebSocket, node: string): void {
  // Without a listener an error of a socket that is being closed would end the process.
  socket.on('error', () => socket.terminate());
  socket.close(TAKEN, `${node} is the name of somebody else`);
}

function isSame(found: Principal | null, { user, tenant, roles }: Principal): boolean {
  return found?.user === user && found.tenant === tenant && found.roles.join() === roles.join();
}
