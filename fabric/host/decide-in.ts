import { unwrap } from '../error.ts';
import type { Decision, DecideRequest } from '../realm/realm-api.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

/** One decision of model code, by the realm that runs it. @throws TestudoError the model's refusal, or `REALM_LOST` */
export async function decideIn(realm: RealmSupervisor, request: DecideRequest): Promise<Decision> {
  const api = await realm.ready();
  const [result] = await api.decide([request]);
  if (result) return unwrap(result);
  throw new Error('the realm decided nothing');
}
