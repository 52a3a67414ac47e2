import type { Principal } from '../access/principal.ts';
import { TestudoError, unwrap } from '../error.ts';
import type { RouteAnswer, RouteCall } from '../spec/route-call.ts';
import type { RealmCalls } from './realm-calls.ts';
import type { ModelRealms } from './realms.ts';

/** Has a realm answer at an address of one of its models. A `get` may read alone. @throws TestudoError what the route throws */
export async function routeIn(
  realm: Pick<ModelRealms, 'ready'>,
  request: RouteCall,
  { calls, principal }: { readonly calls: RealmCalls; readonly principal: Principal },
): Promise<RouteAnswer> {
  const api = await realm.ready(request.modelName);
  if (api.route === undefined) throw new TestudoError('UNAVAILABLE', 'a server host serves routes; ask one over HTTP');
  const isLive = request.request.method.toLowerCase() !== 'get';
  const answer = await calls.during({ principal, isLive, hops: 0 }, async (call) => api.route?.({ ...request, call }));
  if (answer) return unwrap(answer);
  throw new TestudoError('REALM_LOST', 'the realm has answered nothing');
}
