import { TestudoError } from '@testudo/fabric/error';
import type { FastifyInstance } from 'fastify';

import type { AppServices } from './app-services.ts';
import { recordOf, textOf } from './json-body.ts';

/** `/api/demo/…`: the buttons of the live proof. Not there outside demo mode, nor for anybody but this machine. */
export function addDemoRoutes(app: FastifyInstance, { demo }: AppServices): void {
  if (demo === null) return;
  void app.register((routes, _options, done) => {
    routes.addHook('onRequest', (request, _reply, next) => {
      if (!isLoopback(request.ip))
        throw new TestudoError('FORBIDDEN', 'the demo can be operated from this machine only');
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

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
