import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import type { FastifyInstance } from 'fastify';

import type { AppServices } from './app-services.ts';
import { recordOf, textOf } from './json-body.ts';

const publicPart = ({ user, roles }: Principal): { user: string; roles: readonly string[] } => ({ user, roles });

/** `/api/session`: who am I, sign in as a seeded user, sign out. Development signs the first user in by default. */
export function addSessionRoutes(app: FastifyInstance, { sessions, configuration }: AppServices): void {
  const isOpen = configuration.mode === 'development' || configuration.demoFile !== null;
  const [defaultUser = ''] = configuration.mode === 'development' ? Object.keys(configuration.users) : [];

  app.get('/api/session', (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const principal = sessions.principal(request.headers.cookie);
    if (principal.user !== '' || defaultUser === '') return publicPart(principal);
    const cookie = sessions.signIn(defaultUser);
    return reply.header('set-cookie', cookie).send(publicPart(sessions.principal(cookie.split(';')[0])));
  });

  app.post('/api/session', (request, reply) => {
    if (!isOpen) throw new TestudoError('FORBIDDEN', 'signing in by name is for development and the demo only');
    const cookie = sessions.signIn(textOf(recordOf(request.body), 'user'));
    return reply.header('set-cookie', cookie).send(publicPart(sessions.principal(cookie.split(';')[0])));
  });

  app.delete('/api/session', (_request, reply) => reply.header('set-cookie', sessions.signOut()).code(204).send());
}
