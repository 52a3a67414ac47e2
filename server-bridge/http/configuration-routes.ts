import type { FastifyInstance } from 'fastify';

import type { AppServices } from './app-services.ts';
import { demandToken } from './deploy-token.ts';

/** `/api/configuration`: what was changed of the configuration while the server runs, for holders of the deploy token. */
export function addConfigurationRoutes(app: FastifyInstance, { live, token }: AppServices): void {
  app.get('/api/configuration', (request, reply) => {
    demandToken(request.headers.authorization, token);
    void reply.header('cache-control', 'no-store');
    return live.current();
  });
  app.put('/api/configuration', (request) => {
    demandToken(request.headers.authorization, token);
    return live.put(request.body);
  });
}
