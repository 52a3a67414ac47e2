import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';
import type { Principal } from '@testudo/fabric/access/principal';
import { encodeEnvelope } from '@testudo/fabric/mesh/check-envelope';
import type { Envelope } from '@testudo/fabric/mesh/envelope';
import { keepAlive } from '@testudo/fabric/mesh/keep-alive';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Link } from '@testudo/fabric/mesh/transport';
import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';
import { websocketLink } from './websocket-link.ts';

/** Limits of one mesh socket. */
export interface GuestLimits {
  /** how long the first frame may take */
  readonly helloMs: number;
  readonly pingMs: number;
  /** frames a second in the long run; each KiB of a frame beyond the first counts as another */
  readonly framesPerSecond: number;
  /** the most in one burst */
  readonly framesAtOnce: number;
  /** hellos a second; a burst may have ten seconds' worth. Each is told to all others */
  readonly hellosPerSecond: number;
  /** the most that a hello may say */
  readonly helloChars: number;
}

/** One connected peer of a door. */
export interface Guest {
  readonly node: string;
  readonly user: string;
  close(code: number, reason: string): void;
}

export interface GuestOptions {
  readonly socket: WebSocket;
  /** what the socket writes to */
  readonly stream: Duplex;
  readonly node: string;
  readonly principal: Principal;
  readonly mesh: MeshNode;
  readonly platform: Platform;
  readonly limits: GuestLimits;
  /** asked at every ping: whether the session by which the peer came in still is his */
  isStillHis(): Promise<boolean>;
}

const MAX_MISSED_PONGS = 2;
const POLICY_VIOLATION = 1008;
const SIGNED_OUT = 4401;
const HELLO_BURST_S = 10;
const KIB = 1024;

/** A token bucket: whether so many more may pass. */
function budget(perSecond: number, most: number, platform: Platform): (wanted?: number) => boolean {
  let tokens = most;
  let filledAt = platform.now();
  return (wanted = 1) => {
    const now = platform.now();
    tokens = Math.min(most, tokens + (Math.max(0, now - filledAt) * perSecond) / 1000);
    filledAt = now;
    tokens -= wanted;
    return tokens >= 0;
  };
}

/** Pings a socket for as long as it answers; one that misses two in a row is ended. `onBeat` is called at each ping. */
function heartbeat({ socket, limits, platform }: GuestOptions, onBeat: () => void): Disposable {
  const { pingMs } = limits;
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
    onBeat();
    timer = platform.timer(pingMs, beat);
  }
  timer = platform.timer(pingMs, beat);
  return { dispose: () => timer.dispose() };
}

/** A link that is closed when its peer's hellos are too large or too many. */
function modest(link: Link, { limits, platform }: GuestOptions): Link {
  const mayGreet = budget(limits.hellosPerSecond, limits.hellosPerSecond * HELLO_BURST_S, platform);
  const refusalOf = ({ kind, body }: Envelope): string | null => {
    if (kind !== 'hello') return null;
    if (!mayGreet()) return 'too many hellos';
    return JSON.stringify(body).length > limits.helloChars ? 'too large a hello' : null;
  };
  return {
    send: (text) => link.send(text),
    close: (code, reason) => link.close(code, reason),
    get bufferedBytes() {
      return link.bufferedBytes;
    },
    listen: ({ onEnvelope, onClose }) =>
      link.listen({
        onClose,
        onEnvelope(envelope) {
          const refusal = refusalOf(envelope);
          if (refusal === null) onEnvelope(envelope);
          else link.close(POLICY_VIOLATION, refusal);
        },
      }),
  };
}

/** Says to a link that it is alive, and closes it once its peer has signed out. */
function beat(link: Link, count: number, { mesh, platform, isStillHis }: GuestOptions): void {
  link.send(encodeEnvelope(keepAlive(mesh.id, count)));
  isStillHis().then(
    (isHis) => {
      if (!isHis) link.close(SIGNED_OUT, 'the session has ended; sign in again');
    },
    (error: unknown) => platform.onError(error),
  );
}

/** Attaches an accepted socket to the mesh under a node's id, within limits. */
export function welcomeGuest(options: GuestOptions): Guest {
  const { socket, stream, node, principal, mesh, platform, limits } = options;
  const link = modest(websocketLink(socket, stream), options);
  const mayPass = budget(limits.framesPerSecond, limits.framesAtOnce, platform);
  let count = 0;
  const beats = heartbeat(options, () => beat(link, (count += 1), options));
  const silence = platform.timer(limits.helloMs, () => link.close(POLICY_VIOLATION, 'nothing was said'));
  socket.once('message', () => silence.dispose());
  socket.on('message', (data: Buffer) => {
    if (!mayPass(Math.max(1, data.length / KIB))) link.close(POLICY_VIOLATION, 'too many frames');
  });
  socket.once('close', () => {
    silence.dispose();
    beats.dispose();
  });
  mesh.attach(link, { role: 'node', id: node, principal });
  return { node, user: principal.user, close: (code, reason) => link.close(code, reason) };
}
