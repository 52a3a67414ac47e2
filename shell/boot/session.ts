import { anonymous } from '@testudo/fabric/access/principal';
import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';

import { fetchJson } from './fetch-json.ts';

/** A session from the untrusted document of `/api/session`. @throws TestudoError `UNAVAILABLE` */
export function parseSession(value: unknown): Principal {
  const session = value as { user?: unknown; roles?: unknown; tenant?: unknown } | null;
  if (typeof session?.user !== 'string' || !Array.isArray(session.roles)) {
    throw new TestudoError('UNAVAILABLE', '/api/session names no user; is the server of the same version?');
  }
  const tenant = typeof session.tenant === 'string' ? session.tenant : anonymous.tenant;
  return { user: session.user, roles: session.roles.map(String), tenant };
}

/** Signs in by name, which servers allow in development and the demo only. @throws TestudoError the server's code */
export async function signIn(user: string): Promise<Principal> {
  const headers = { 'content-type': 'application/json' };
  return parseSession(await fetchJson('/api/session', { method: 'POST', headers, body: JSON.stringify({ user }) }));
}
