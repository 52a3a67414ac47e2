import type { FastifyInstance } from 'fastify';

import type { AppServices } from './app-services.ts';
import { demandToken } from './deploy-token.ts';

/** `/health`: whether this process serves, and since when. `/api/inspect`: all about its host, for the operator. */
export function addSystemRoutes(app: FastifyInstance, { health, host, token }: AppServices): void {
  app.get('/health', (_request, reply) => reply.header('cache-control', 'no-store').send(health()));
  app.get('/api/inspect', async (request, reply) => {
    demandToken(request.headers.authorization, token);
    return reply.header('cache-control', 'no-store').send(await host.inspect());
  });
}
