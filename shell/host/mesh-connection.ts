import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import { keepConnected } from '@testudo/fabric/mesh/connect-loop';
import { nameWatch } from '@testudo/fabric/mesh/name-watch';
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
  /** Whether this host is the one that speaks for its browser; asked at each attempt. */
  mayConnect(): Promise<boolean>;
  onOnline(isOnline: boolean, reason: string): void;
  /** Another browser goes by this one's name, as after a profile was copied; the link stays closed. */
  onNameTaken(): void;
  /** Whose the cookie is, at each attempt; somebody else's opens no link. */
  onSession(user: string): void;
}

/** The link of this host to the server's mesh door. */
export interface MeshConnection {
  /** Opens the link, or closes it and keeps it closed. */
  setWanted(isWanted: boolean): void;
  /** The device says that its network has come or gone: tries at once, or finds out whether the link is dead. */
  networkChanged(isOnline: boolean): Promise<void>;
  /** Ends a link whose server does not answer any more; another one is then tried for. */
  check(): Promise<void>;
}

/** Connects to `/api/mesh` as the session's user, again and again until it is not wanted. */
export function openMeshConnection(options: MeshConnectionOptions): MeshConnection {
  const { node, platform, origin, onOnline } = options;
  const url = `${origin.replace(/^http/, 'ws')}/api/mesh?node=${encodeURIComponent(node.id)}`;
  const watch = nameWatch(() => {
    setWanted(false);
    options.onNameTaken();
  });
  const connection = keepConnected({
    transport: asSameUser(websocketTransport({ url }), options),
    node,
    platform,
    onOpen: () => onOnline(true, 'connected'),
    onClose(closed) {
      const { code, reason } = closed;
      onOnline(false, reason === '' ? `closed with ${code}` : reason);
      watch(closed);
    },
  });
  let isWanted = true;
  let checking: Promise<void> | null = null;
  const endIfDead = async (): Promise<void> => {
    if (!isWanted || (await isReachable())) return;
    connection.pause();
    if (isWanted) connection.resume();
  };
  const check = (): Promise<void> => {
    checking ??= endIfDead().finally(() => {
      checking = null;
    });
    return checking;
  };
  function setWanted(wanted: boolean): void {
    isWanted = wanted;
    if (wanted) connection.resume();
    else connection.pause();
  }
  return {
    check,
    setWanted,
    async networkChanged(isOnline) {
      if (!isOnline) await check();
      else if (isWanted) connection.reconnect();
    },
  };
}

/** For a browser alone: no link, only the word on whether its flows can reach their partners. */
export function connectNowhere({ onOnline }: Pick<MeshConnectionOptions, 'onOnline'>): MeshConnection {
  return {
    setWanted: (isWanted) => onOnline(isWanted, isWanted ? 'connected' : 'cut'),
    networkChanged: async (isOnline) => onOnline(isOnline, isOnline ? 'connected' : 'the network is gone'),
    check: async () => undefined,
  };
}

/** A cookie may belong to somebody else by now; this host's objects are sent as its own user only. */
function asSameUser(transport: Transport, options: MeshConnectionOptions): Transport {
  const { principal, onSession, mayConnect } = options;
  const { user } = principal;
  return {
    kind: transport.kind,
    async connect(signal) {
      if (!(await mayConnect())) throw new TestudoError('LINK_CLOSED', 'another tab leads by now and has the link');
      const session = await fetchJson('/api/session', signal ? { signal } : {}).catch((cause: unknown) => {
        throw new TestudoError('LINK_CLOSED', 'the server cannot be reached; this host goes on offline', { cause });
      });
      const found = parseSession(session).user;
      onSession(found);
      if (found !== '' && found === user) return transport.connect(signal);
      throw new TestudoError(
        'LINK_CLOSED',
        `the session is ${found || 'nobody'}'s, this host is ${user || 'nobody'}'s; sign in or reload the page`,
      );
    },
  };
}

/** How long a server that is alive may take to say so. */
const healthMs = 5000;

async function isReachable(): Promise<boolean> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), healthMs);
  try {
    return (await fetch('/health', { cache: 'no-store', signal: aborter.signal })).ok;
  } catch {
    return false; // that is the answer
  } finally {
    clearTimeout(timer);
  }
}
