import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';

import type { AppServices } from './app-services.ts';
import { addCatalogRoutes } from './catalog-routes.ts';
import { addConfigurationRoutes } from './configuration-routes.ts';
import { addDemoRoutes } from './demo-routes.ts';
import { addDocumentRoutes } from './document-routes.ts';
import { addErrorReplies, replyToMalformed, replyToUnroutable } from './error-replies.ts';
import { addJsonBodies, MAX_BODY_BYTES } from './json-body.ts';
import { addModelRoutes } from './model-routes.ts';
import { addOperationRoutes } from './operation-routes.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addShellRoutes, routableUrl } from './shell-routes.ts';
import { addSystemRoutes } from './system-routes.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** An object's id has at most 200 characters, each of at most nine in an address. */
const MAX_ID_LENGTH = 1800;

/** How long a peer may take: for a request's headers, for all of it, and how often that is looked at. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2000 };

/** Only the mesh's sockets are another protocol; who offers to speak HTTP/2 is answered in HTTP/1.1 (RFC 9110, section 7.8). */
const UPGRADES = {
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
};

/** The HTTP side of the server, with every door check before every route. Not listening yet. */
export function createApp(services: AppServices): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    rewriteUrl: routableUrl,
    routerOptions: { maxParamLength: MAX_ID_LENGTH },
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: { ...PATIENCE, ...UPGRADES },
    frameworkErrors: replyToUnroutable,
    clientErrorHandler: replyToMalformed,
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    services.door.demandHost(request.headers.host);
    if (!READING.has(request.method)) services.door.demandOrigin(request.headers.origin);
    done();
  });
  addErrorReplies(app, services.onError);
  addJsonBodies(app);
  addSystemRoutes(app, services);
  addSessionRoutes(app, services);
  addModelRoutes(app, services);
  addOperationRoutes(app, services);
  addDocumentRoutes(app, services);
  addCatalogRoutes(app, services);
  addConfigurationRoutes(app, services);
  addDemoRoutes(app, services);
  addShellRoutes(app, services);
  return app;
}
