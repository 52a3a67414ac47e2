import { TestudoError } from '@testudo/fabric/error';
import type { FastifyInstance } from 'fastify';

import { parseDeployRequest } from '../catalog/deploy-request.ts';
import type { AppServices } from './app-services.ts';
import { demandToken } from './deploy-token.ts';
import { createRevalidate } from './revalidation.ts';

/** `/api/catalog`: which builds run, and (with the deployer's token) which are to run. */
export function addCatalogRoutes(app: FastifyInstance, { catalog, token, configuration }: AppServices): void {
  const revalidated = createRevalidate();
  app.get('/api/catalog', (request, reply) =>
    revalidated(request, reply, {
      type: 'application/json; charset=utf-8',
      content: JSON.stringify(catalog.current()),
    }),
  );
  app.put<{ Params: { name: string } }>('/api/catalog/remotes/:name', (request) => {
    demandToken(request.headers.authorization, token);
    const wanted = parseDeployRequest(request.params.name, request.body);
    if (configuration.mode === 'production' && wanted.integrity === undefined) {
      throw new TestudoError(
        'BAD_REQUEST',
        'deploy request: integrity: production pins the sha384 digest of remote.json',
      );
    }
    return catalog.deploy(wanted);
  });
  app.delete<{ Params: { name: string } }>('/api/catalog/remotes/:name', (request) => {
    demandToken(request.headers.authorization, token);
    return catalog.withdraw(request.params.name);
  });
}
