import type { FastifyInstance, FastifyReply } from 'fastify';

import type { ConfigurationDocument } from '../configure/configuration-service.ts';
import type { AppServices } from './app-services.ts';
import { demandToken } from './deploy-token.ts';
import { conditionsOf } from './request-conditions.ts';

/** `/api/configuration`: what was changed of the configuration while the server runs, for holders of the deploy token. */
export function addConfigurationRoutes(app: FastifyInstance, { live, token }: AppServices): void {
  app.get('/api/configuration', (request, reply) => {
    demandToken(request.headers.authorization, token);
    return answer(reply, live.current());
  });
  app.put('/api/configuration', async (request, reply) => {
    demandToken(request.headers.authorization, token);
    return answer(reply, await live.put(request.body, conditionsOf(request).ifVersion));
  });
}

/** The revision is the `ETag`: who changes what he has read says it as `If-Match`. */
function answer(reply: FastifyReply, document: ConfigurationDocument): FastifyReply {
  return reply.headers({ 'cache-control': 'no-store', etag: `"${document.revision}"` }).send(document);
}
