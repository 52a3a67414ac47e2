import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import { keepConnected } from '@testudo/fabric/mesh/connect-loop';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Transport } from '@testudo/fabric/mesh/transport';
import type { Platform } from '@testudo/fabric/platform';

import { fetchJson } from '../boot/fetch-json.ts';
import { parseSession } from '../boot/session.ts';
import { websocketTransport } from '../websocket-transport.ts';

export interface MeshConnectionOptions {
  readonly node: MeshNode;
  readonly platform: Platform;
  readonly principal: Principal;
  /** of the shell, such as `http://localhost:8080` */
  readonly origin: string;
  onOnline(isOnline: boolean, reason: string): void;
}

/** The link of this host to the server's mesh door. */
export interface MeshConnection {
  /** Opens the link, or closes it and keeps it closed. */
  setWanted(isWanted: boolean): void;
  /** The device says that its network has come or gone: tries at once, or finds out whether the link is dead. */
  networkChanged(isOnline: boolean): Promise<void>;
}

/** Connects to `/api/mesh` as the session's user, again and again until it is not wanted. */
export function openMeshConnection(options: MeshConnectionOptions): MeshConnection {
  const { node, platform, origin, onOnline } = options;
  const url = `${origin.replace(/^http/, 'ws')}/api/mesh?node=${encodeURIComponent(node.id)}`;
  const connection = keepConnected({
    transport: asSameUser(websocketTransport({ url }), options.principal),
    node,
    platform,
    onOpen: () => onOnline(true, 'connected'),
    onClose: ({ code, reason }) => onOnline(false, reason === '' ? `closed with ${code}` : reason),
  });
  let isWanted = true;
  return {
    setWanted(wanted) {
      isWanted = wanted;
      if (wanted) connection.resume();
      else connection.pause();
    },
    async networkChanged(isOnline) {
      if (!isWanted) return;
      if (isOnline) {
        connection.reconnect();
        return;
      }
      if (await isReachable()) return;
      connection.pause();
      if (isWanted) connection.resume();
    },
  };
}

/** A cookie may belong to somebody else by now; this host's objects are sent as its own user only. */
function asSameUser(transport: Transport, { user }: Principal): Transport {
  return {
    kind: transport.kind,
    async connect(signal) {
      const session = await fetchJson('/api/session').catch((cause: unknown) => {
        throw new TestudoError('LINK_CLOSED', 'the server cannot be reached; this host goes on offline', { cause });
      });
      const found = parseSession(session).user;
      if (found === user) return transport.connect(signal);
      throw new TestudoError(
        'LINK_CLOSED',
        `the session is ${found || 'nobody'}'s, this host is ${user || 'nobody'}'s; reload the page`,
      );
    },
  };
}

async function isReachable(): Promise<boolean> {
  try {
    return (await fetch('/health', { cache: 'no-store' })).ok;
  } catch {
    return false; // that is the answer
  }
}
