import type { Plain } from '@testudo/fabric/plain';
import type { RouteAnswer } from '@testudo/fabric/spec/route-call';
import type { RouteRequest } from '@testudo/fabric/spec/route-spec';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { demandParameters } from './request-conditions.ts';

/** What a route is told of a request's headers: nothing that proves who asks. */
const told = ['accept', 'accept-language', 'content-type', 'if-match', 'idempotency-key', 'user-agent'];

/** A request as a model's route sees it. @throws TestudoError `BAD_REQUEST` for a parameter that is given twice */
export function routeRequestOf(
  request: FastifyRequest,
  { segments, params }: { readonly segments: readonly string[]; readonly params: RouteRequest['params'] },
): RouteRequest {
  const query = request.query as { readonly [name: string]: string };
  demandParameters(query, Object.keys(query));
  const headers = told
    .map((name) => [name, request.headers[name]] as const)
    .filter((header): header is readonly [string, string] => typeof header[1] === 'string');
  return {
    method: request.method === 'HEAD' ? 'GET' : request.method,
    path: `/${segments.map(encodeURIComponent).join('/')}`,
    params,
    query: { ...query },
    headers: Object.fromEntries(headers),
    body: (request.body ?? null) as Plain,
  };
}

/** Sends what a route answers. Never a page: a model's text is read, not run. */
export function routeReply(reply: FastifyReply, { status, type, body }: RouteAnswer): FastifyReply {
  void reply.code(status).header('cache-control', 'no-store');
  if (type === 'none') return reply.send();
  if (type === 'text') return reply.type('text/plain; charset=utf-8').send(String(body));
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}
