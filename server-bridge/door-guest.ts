import type { WebSocket } from 'ws';
import type { Principal } from '@testudo/fabric/access/principal';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';
import { websocketLink } from './websocket-link.ts';

/** Limits of one mesh socket. */
export interface GuestLimits {
  /** how long the first frame may take */
  readonly helloMs: number;
  readonly pingMs: number;
  /** frames a second, and the most in one burst */
  readonly framesPerSecond: number;
}

/** One connected peer of a door. */
export interface Guest {
  readonly node: string;
  readonly user: string;
  close(code: number, reason: string): void;
}

export interface GuestOptions {
  readonly socket: WebSocket;
  readonly node: string;
  readonly principal: Principal;
  readonly mesh: MeshNode;
  readonly platform: Platform;
  readonly limits: GuestLimits;
}

const MAX_MISSED_PONGS = 2;
const POLICY_VIOLATION = 1008;

/** A token bucket: whether one more frame may pass. */
function frameBudget(framesPerSecond: number, platform: Platform): () => boolean {
  let tokens = framesPerSecond;
  let filledAt = platform.now();
  return () => {
    const now = platform.now();
    tokens = Math.min(framesPerSecond, tokens + (Math.max(0, now - filledAt) * framesPerSecond) / 1000);
    filledAt = now;
    tokens -= 1;
    return tokens >= 0;
  };
}

/** Pings a socket for as long as it answers; one that misses two in a row is ended. */
function heartbeat(socket: WebSocket, pingMs: number, platform: Platform): Disposable {
  let missed = 0;
  let timer: Disposable;
  socket.on('pong', () => (missed = 0));
  function beat(): void {
    if (missed >= MAX_MISSED_PONGS) {
      socket.terminate();
      return;
    }
    missed += 1;
    socket.ping();
    timer = platform.timer(pingMs, beat);
  }
  timer = platform.timer(pingMs, beat);
  return { dispose: () => timer.dispose() };
}

/** Attaches an accepted socket to the mesh under a node's id, within limits. */
export function welcomeGuest({ socket, node, principal, mesh, platform, limits }: GuestOptions): Guest {
  const link = websocketLink(socket);
  const mayPass = frameBudget(limits.framesPerSecond, platform);
  const beats = heartbeat(socket, limits.pingMs, platform);
  const silence = platform.timer(limits.helloMs, () => link.close(POLICY_VIOLATION, 'nothing was said'));
  socket.once('message', () => silence.dispose());
  socket.on('message', () => {
    if (!mayPass()) link.close(POLICY_VIOLATION, 'too many frames');
  });
  socket.once('close', () => {
    silence.dispose();
    beats.dispose();
  });
  mesh.attach(link, { role: 'node', id: node, principal });
  return { node, user: principal.user, close: (code, reason) => link.close(code, reason) };
}
