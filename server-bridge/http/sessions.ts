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
  /** The `Set-Cookie` header that signs out. */
  signOut(): string;
}

/** Sessions of the configured users, signed with a secret that outlives the process. */
export function createSessions(options: {
  readonly configuration: Pick<Configuration, 'users' | 'tenant'>;
  readonly secret: string;
  now(): number;
}): Sessions {
  const { users, tenant } = options.configuration;
  const signer = fastifyCookie.signerFactory(options.secret);
  const serialize = (value: string, lifetimeMs: number): string =>
    `${COOKIE}=${value}; Max-Age=${lifetimeMs / 1000}; Path=/; HttpOnly; SameSite=Lax`;
  return {
    principal(cookieHeader) {
      const cookie = valueOf(cookieHeader ?? '');
      const proven = cookie === undefined ? null : signer.unsign(cookie);
      const [user = '', expiresMs = '0'] = proven?.valid ? (proven.value ?? '').split('~') : [];
      const roles = Object.hasOwn(users, user) && Number(expiresMs) > options.now() ? users[user] : undefined;
      return roles === undefined ? { ...anonymous, tenant } : { user, roles, tenant };
    },
    signIn(user) {
      if (!Object.hasOwn(users, user)) {
        throw new TestudoError(
          'FORBIDDEN',
          `there is no user ${user.slice(0, 40)}; this server knows ${Object.keys(users).join(', ')}`,
        );
      }
      return serialize(signer.sign(`${user}~${options.now() + LIFETIME_MS}`), LIFETIME_MS);
    },
    signOut: () => serialize('', 0),
  };
}

function valueOf(cookieHeader: string): string | undefined {
  const pairs = cookieHeader.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}
