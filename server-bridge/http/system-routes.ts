import type { FastifyInstance } from 'fastify';

import type { AppServices } from './app-services.ts';

/** `/health`: whether this process serves, and since when. */
export function addSystemRoutes(app: FastifyInstance, { health }: AppServices): void {
  app.get('/health', (_request, reply) => reply.header('cache-control', 'no-store').send(health()));
}
