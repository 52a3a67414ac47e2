import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Principal } from '@testudo/fabric/access/principal';
import { PROTOCOL } from '@testudo/fabric/mesh/envelope';

/** What a mesh door asks before it opens. */
export interface UpgradeRules {
  readonly path: string;
  authenticate(request: IncomingMessage): Promise<Principal | null>;
  allowsHost(host: string): boolean;
  /** `undefined`: not a browser */
  allowsOrigin(origin: string | undefined): boolean;
}

/** Who may come in, or the HTTP status and the words by which he is sent away. */
export type UpgradeVerdict =
  | { readonly ok: true; readonly node: string; readonly principal: Principal }
  | { readonly ok: false; readonly status: number; readonly reason: string };

const NODE_ID = /^[a-z0-9-]{3,60}$/;

const refused = (status: number, reason: string): UpgradeVerdict => ({ ok: false, status, reason });

function offersProtocol({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((protocol) => protocol.trim() === PROTOCOL);
}

/** Judges an upgrade by address, Host, Origin, sub-protocol, node id and session, in this order. */
export async function judgeUpgrade(request: IncomingMessage, rules: UpgradeRules): Promise<UpgradeVerdict> {
  const { headers, url = '/' } = request;
  const asked = URL.parse(url, 'http://door.invalid');
  if (asked === null) return refused(400, 'the request names no path');
  const { pathname, searchParams } = asked;
  if (pathname !== rules.path) return refused(404, 'no door is here');
  if (!rules.allowsHost(headers.host ?? '')) return refused(421, 'this server does not answer to that Host');
  if (!rules.allowsOrigin(headers.origin)) return refused(403, 'pages of that Origin may not connect');
  if (!offersProtocol(request)) return refused(400, `offer the sub-protocol ${PROTOCOL}`);
  const node = searchParams.get('node') ?? '';
  if (!NODE_ID.test(node)) return refused(400, 'name your node in ?node=, by 3 to 60 of a-z, 0-9 and -');
  const principal = await rules.authenticate(request);
  return principal ? { ok: true, node, principal } : refused(401, 'sign in first');
}

/** Answers an upgrade with a plain HTTP status and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`;
  const length = Buffer.byteLength(reason);
  socket.end(`${head}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${reason}`);
}
