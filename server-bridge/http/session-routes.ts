import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import type { FastifyInstance } from 'fastify';

import { isLoopback } from '../configuration.ts';
import type { AppServices } from './app-services.ts';
import { recordOf, textOf } from './json-body.ts';

const publicPart = ({ user, roles }: Principal): { user: string; roles: readonly string[] } => ({ user, roles });

/** `/api/session`: who am I, sign in as a seeded user, sign out. Development signs the first user in by default. */
export function addSessionRoutes(app: FastifyInstance, { sessions, configuration }: AppServices): void {
  const isLocal = isLoopback(configuration.address);
  const isDevelopment = isLocal && configuration.mode === 'development';
  const isOpen = isDevelopment || (isLocal && configuration.demoFile !== null);
  const [defaultUser = ''] = isDevelopment ? Object.keys(configuration.users) : [];

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

  app.delete('/api/session', (request, reply) => {
    const cookie = sessions.signOut(request.headers.cookie);
    return reply.header('set-cookie', cookie).code(204).send();
  });
}
