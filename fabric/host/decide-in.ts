import { unwrap } from '../error.ts';
import type { Decision, DecideRequest } from '../realm/realm-api.ts';
import type { Principal } from '../access/principal.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { WriteRequest } from './host-api.ts';
import { aboutOf, type RealmCalls } from './realm-calls.ts';
import type { ModelRealms } from './realms.ts';

/** In whose name a decision's code may read. */
export interface DecisionCall {
  readonly calls: RealmCalls;
  readonly principal: Principal;
}

/** One decision of model code, by the realm that runs it. @throws TestudoError the model's refusal, or `REALM_LOST` */
export async function decideIn(
  realm: Pick<ModelRealms, 'ready'>,
  request: DecideRequest,
  { calls, principal }: DecisionCall,
): Promise<Decision> {
  const api = await realm.ready(request.modelName);
  const [result] = await calls.during({ principal, isLive: false, hops: 0 }, (call) =>
    api.decide([{ ...request, call }]),
  );
  if (result) return unwrap(result);
  throw new Error('the realm decided nothing');
}

/** What is to be decided of a write where it is made. */
export function intentOf(request: WriteRequest, id: string, before: ObjectState | undefined): DecideRequest {
  const known = before && { currentSchema: before.schemaVersion, about: aboutOf(before) };
  return {
    at: 'origin',
    modelName: request.modelName,
    id,
    kind: request.kind,
    current: before?.fields ?? null,
    version: before?.version ?? 0,
    command: request.command ?? null,
    input: request.input,
    patch: null,
    ...known,
  };
}
