import { TestudoError } from '@testudo/fabric/error';
import type { PlainRecord } from '@testudo/fabric/plain';
import type { FastifyInstance } from 'fastify';

import { isLoopback } from '../configuration.ts';
import type { PortMove } from '../configure/configuration-changes.ts';
import type { MishapPlan } from '../demo-control.ts';
import { isMishap, partnerNames } from '../demo/partners/partner-call.ts';
import { sourceHeaders, sourcePage } from '../demo/source-page.ts';
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
    routes.post('/api/demo/mishaps', async (request, reply) => {
      await demo.setMishaps(planOf(recordOf(request.body)));
      return reply.code(204).send();
    });
    routes.post('/api/demo/move', async (request, reply) => {
      const body = recordOf(request.body);
      await demo.movePort(body['port'] === null ? null : moveOf(body));
      return reply.code(204).send();
    });
    routes.get<{ Params: { readonly orderId: string } }>('/api/demo/calls/:orderId', async ({ params }) => ({
      calls: await demo.partnerCalls(params.orderId),
    }));
    routes.post('/api/demo/inspect', (request) => demo.inspect(textOf(recordOf(request.body), 'url')));
    routes.get('/api/demo/source', async ({ query }, reply) => {
      const { file, find } = query as { readonly file?: unknown; readonly find?: unknown };
      const page = await sourcePage({ file: String(file ?? ''), find: String(find ?? '') });
      return reply.headers(sourceHeaders).type('text/html; charset=utf-8').send(page);
    });
    routes.post('/api/demo/kill', (_request, reply) => {
      reply.raw.once('finish', () => demo.kill());
      return reply.code(202).send({ pid: process.pid });
    });
    done();
  });
}

function moveOf(body: PlainRecord): PortMove {
  const { to } = body;
  if (to === 'owner' || to === 'server') return { port: textOf(body, 'port'), to };
  throw new TestudoError('BAD_REQUEST', 'the body needs "to", one of owner and server');
}

function planOf({ partner, act = '', mishaps }: PlainRecord): MishapPlan {
  const named = partnerNames.find((name) => name === partner);
  if (named === undefined || typeof act !== 'string')
    throw new TestudoError('BAD_REQUEST', `the body needs "partner", one of ${partnerNames.join(', ')}`);
  if (Array.isArray(mishaps) && mishaps.length <= 20 && mishaps.every(isMishap))
    return { partner: named, act, mishaps };
  throw new TestudoError('BAD_REQUEST', 'the body needs "mishaps", at most 20 of "refused", "unanswered" and "lost"');
}
