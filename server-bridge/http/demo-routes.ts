import { TestudoError } from '@testudo/fabric/error';
import type { FastifyInstance } from 'fastify';

import { isLoopback } from '../configuration.ts';
import type { AppServices } from './app-services.ts';
import { recordOf, textOf } from './json-body.ts';

/**
 * `/api/demo/…`: the buttons of the live proof. Not there outside demo mode, nor for anybody but this machine; acts are
 * for somebody who signed in, in a page of ours.
 */
export function addDemoRoutes(app: FastifyInstance, { demo, door, sessions }: AppServices): void {
  if (demo === null) return;
  void app.register((routes, _options, done) => {
    routes.addHook('onRequest', (request, _reply, next) => {
      if (!isLoopback(request.ip))
        throw new TestudoError('FORBIDDEN', 'the demo can be operated from this machine only');
      if (request.method === 'POST') {
        if (!door.isOurOrigin(request.headers.origin))
          throw new TestudoError(
            'FORBIDDEN',
            "the demo's acts are asked for by a page of this server, with its Origin",
          );
        if (sessions.principal(request.headers.cookie).user === '')
          throw new TestudoError('UNAUTHENTICATED', "the demo's acts need a session; sign in first");
      }
      next();
    });
    routes.get('/api/demo', () => demo.report());
    routes.post('/api/demo/deploy', (request) => {
      const body = recordOf(request.body);
      return demo.deploy(textOf(body, 'remote'), textOf(body, 'build'));
    });
    routes.post('/api/demo/tamper', (request) => demo.tamper(textOf(recordOf(request.body), 'remote')));
    routes.post('/api/demo/device', async (request) => {
      const body = recordOf(request.body);
      return { result: await demo.editOnDevice(textOf(body, 'id'), recordOf(body['changes'])) };
    });
    routes.post('/api/demo/partner', async (request, reply) => {
      await demo.setPartnerFailing(recordOf(request.body)['failing'] === true);
      return reply.code(204).send();
    });
    routes.post('/api/demo/kill', (_request, reply) => {
      reply.raw.once('finish', () => demo.kill());
      return reply.code(202).send({ pid: process.pid });
    });
    done();
  });
}
