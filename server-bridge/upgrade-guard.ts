import type { IncomingMessage } from 'node:http';
import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import { PROTOCOL } from '@testudo/fabric/mesh/envelope';

/** What a mesh door asks before it opens. */
export interface UpgradeRules {
  readonly path: string;
  authenticate(request: IncomingMessage): Promise<Principal | null>;
  allowsHost(host: string): boolean;
  /** `undefined`: not a browser */
  allowsOrigin(origin: string | undefined): boolean;
}

/** Who comes in, and under which name. */
export interface Entrant {
  readonly node: string;
  readonly principal: Principal;
}

const NODE_ID = /^[a-z0-9-]{3,60}$/;

function offersProtocol({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((protocol) => protocol.trim() === PROTOCOL);
}

/**
 * Lets an upgrade in by address, Host, Origin, sub-protocol, node id and session, in this order.
 * @throws TestudoError `BAD_REQUEST`, `NOT_FOUND`, `HOST_DENIED`, `FORBIDDEN`, `UNAUTHENTICATED`
 */
export async function judgeUpgrade(request: IncomingMessage, rules: UpgradeRules): Promise<Entrant> {
  const { headers, url = '/' } = request;
  const asked = URL.parse(url, 'http://door.invalid');
  if (asked === null) throw new TestudoError('BAD_REQUEST', 'the request names no path');
  const { pathname, searchParams } = asked;
  if (pathname !== rules.path) throw new TestudoError('NOT_FOUND', `no door is here; connect to ${rules.path}`);
  if (!rules.allowsHost(headers.host ?? ''))
    throw new TestudoError('HOST_DENIED', 'this server does not answer to that Host; add the name to hostNames');
  if (!rules.allowsOrigin(headers.origin)) throw new TestudoError('FORBIDDEN', 'pages of that Origin may not connect');
  if (!offersProtocol(request)) throw new TestudoError('BAD_REQUEST', `offer the sub-protocol ${PROTOCOL}`);
  const node = searchParams.get('node') ?? '';
  if (!NODE_ID.test(node))
    throw new TestudoError('BAD_REQUEST', 'name your node in ?node=, by 3 to 60 of a-z, 0-9 and -');
  const principal = await rules.authenticate(request);
  if (principal === null) throw new TestudoError('UNAUTHENTICATED', 'sign in first');
  return { node, principal };
}
