import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import type { Plain } from '@testudo/fabric/plain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { AppServices } from './app-services.ts';
import { methodsAt, operationsAt, placeOf, type FoundOperation, type Place } from './find-operation.ts';
import { doneReply } from './object-reply.ts';
import { conditionsOf, demandParameters } from './request-conditions.ts';
import { routeReply, routeRequestOf } from './route-reply.ts';

interface Asked extends FoundOperation {
  readonly place: Place;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly principal: Principal;
}

/**
 * What models offer besides their objects, wherever they say: commands and inbound ports below
 * `/api/models/<endpoint>/<id>`, ports and routes below `/api/<endpoint>`. Models come and go while the server runs, so
 * the address is looked up at each request; where another method would do, `Allow` names it.
 */
export function addOperationRoutes(app: FastifyInstance, services: AppServices): void {
  const { host, sessions } = services;
  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/api/*',
    handler(request, reply) {
      const place = placeOf(request.url, (segment) => host.modelOf(segment));
      const allowed = place ? methodsAt(place) : [];
      if (place === undefined || allowed.length === 0) throw nothingAt(request);
      if (request.method === 'OPTIONS') return reply.code(204).header('allow', allowed.join(', ')).send();
      if (!allowed.includes(request.method)) {
        void reply.header('allow', allowed.join(', '));
        throw new TestudoError('METHOD_UNKNOWN', `this address takes ${allowed.join(', ')}, not ${request.method}`);
      }
      const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
      const found = operationsAt(place).find(({ operation }) => operation.method === method);
      if (found === undefined) throw nothingAt(request);
      const principal = sessions.principal(request.headers.cookie);
      return run(services, { ...found, place, request, reply, principal });
    },
  });
}

function run(services: AppServices, asked: Asked): Promise<FastifyReply> {
  switch (asked.operation.kind) {
    case 'command':
      return command(services, asked);
    case 'port':
      return call(services, asked);
    case 'route':
      return route(services, asked);
  }
}

async function command({ host }: AppServices, asked: Asked): Promise<FastifyReply> {
  const { operation, request, reply, principal } = asked;
  demandParameters(request.query, []);
  const part = { kind: 'command', command: operation.name, input: (request.body ?? null) as Plain } as const;
  const outcome = await host.write({ ...targetOf(asked), ...part, ...conditionsOf(request) }, principal);
  return doneReply(reply, host, { object: outcome.state });
}

async function call({ host }: AppServices, asked: Asked): Promise<FastifyReply> {
  const { operation, request, reply, principal } = asked;
  demandParameters(request.query, []);
  const args = argumentsOf(request.body);
  const outcome = await host.call(
    { ...targetOf(asked), port: operation.name, args, ...conditionsOf(request) },
    principal,
  );
  const { state, result, opId } = outcome;
  return doneReply(reply, host, { result, object: state, opId });
}

async function route({ host }: AppServices, asked: Asked): Promise<FastifyReply> {
  const { operation, place, params, request, reply, principal } = asked;
  const { modelName } = place.model;
  const told = routeRequestOf(request, { segments: place.segments, params });
  return routeReply(reply, await host.route({ modelName, route: operation.path, request: told }, principal));
}

function targetOf({ place, params }: Asked): { readonly modelName: string; readonly id: string } {
  return { modelName: place.model.modelName, id: params['id'] ?? '' };
}

/** A list is the port's arguments, a record its only one. */
function argumentsOf(body: unknown): readonly Plain[] {
  if (body === undefined || body === null) return [];
  if (Array.isArray(body)) return body as Plain[];
  if (typeof body === 'object') return [body as Plain];
  throw new TestudoError(
    'BAD_REQUEST',
    'the request body must be the JSON object that the port takes, or a list of arguments',
  );
}

function nothingAt({ method, url }: FastifyRequest): TestudoError {
  return new TestudoError('NOT_FOUND', `there is nothing at ${method} ${url.slice(0, 200)}`);
}
