import { randomBytes } from 'node:crypto';

import { fastifyCookie } from '@fastify/cookie';

import { anonymous } from '@testudo/fabric/access/principal';
import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';

import type { Configuration } from '../configuration.ts';

const COOKIE = 'testudo_session';
const LIFETIME_MS = 30 * 24 * 3600 * 1000;

/** Who a request comes from, by its signed cookie. Serves HTTP and the mesh's upgrade requests alike. */
export interface Sessions {
  /** Whoever the `Cookie` header proves; `anonymous` for none, a forged or an old one. */
  principal(cookieHeader: string | undefined): Principal;
  /** The `Set-Cookie` header that signs a user in. @throws TestudoError `FORBIDDEN` for somebody unknown */
  signIn(user: string): string;
  /** Ends the session that the `Cookie` header proves, wherever its cookie was copied to; gives the `Set-Cookie` header. */
  signOut(cookieHeader: string | undefined): string;
}

/**
 * Sessions of the configured users, signed with a secret that outlives the process. Which ones were signed out is
 * known until the process ends.
 */
export function createSessions(options: {
  readonly configuration: Pick<Configuration, 'users' | 'tenant'>;
  readonly secret: string;
  now(): number;
}): Sessions {
  const { users, tenant } = options.configuration;
  /** cookie -> when it would have expired */
  const ended = new Map<string, number>();
  const signer = fastifyCookie.signerFactory(options.secret);
  const serialize = (value: string, lifetimeMs: number): string =>
    `${COOKIE}=${value}; Max-Age=${lifetimeMs / 1000}; Path=/; HttpOnly; SameSite=Lax`;
  return {
    principal(cookieHeader) {
      const cookie = valueOf(cookieHeader ?? '');
      const proven = cookie === undefined ? null : signer.unsign(cookie);
      const [user = '', expiresMs = '0'] = proven?.valid ? (proven.value ?? '').split('~') : [];
      const isOver = Number(expiresMs) <= options.now() || ended.has(cookie ?? '');
      const roles = Object.hasOwn(users, user) && !isOver ? users[user] : undefined;
      return roles === undefined ? { ...anonymous, tenant } : { user, roles, tenant };
    },
    signIn(user) {
      if (!Object.hasOwn(users, user)) {
        throw new TestudoError(
          'FORBIDDEN',
          `there is no user ${user.slice(0, 40)}; this server knows ${Object.keys(users).join(', ')}`,
        );
      }
      const nonce = randomBytes(6).toString('hex');
      return serialize(signer.sign(`${user}~${options.now() + LIFETIME_MS}~${nonce}`), LIFETIME_MS);
    },
    signOut(cookieHeader) {
      const now = options.now();
      for (const [cookie, expiresMs] of ended) if (expiresMs <= now) ended.delete(cookie);
      const cookie = valueOf(cookieHeader ?? '');
      if (cookie !== undefined && signer.unsign(cookie).valid) ended.set(cookie, now + LIFETIME_MS);
      return serialize('', 0);
    },
  };
}

function valueOf(cookieHeader: string): string | undefined {
  const pairs = cookieHeader.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}
