import { hasCode } from '../error.ts';
import type { Decision, DecideRequest } from '../spec/decision.ts';
import { decideIn, type DecisionCall } from './decide-in.ts';
import type { DeadlyOps, SuspectOp } from './deadly-ops.ts';
import type { ModelRealms } from './realms.ts';

export interface OutlivedOptions {
  readonly realm: ModelRealms;
  readonly deadly: DeadlyOps;
  /** the op that is decided */
  readonly suspect: Omit<SuspectOp, 'tryAlone'>;
}

/**
 * One decision of model code about an op that may end the realm that it is made in, and would come again.
 * @throws TestudoError the model's refusal; `HOOK_TIMEOUT` for an op that has ended realms of its own, `REALM_LOST`
 */
export async function decideOutlived(
  { realm, deadly, suspect }: OutlivedOptions,
  request: DecideRequest,
  call: DecisionCall,
): Promise<Decision> {
  deadly.demandHarmless(suspect);
  const api = await realm.ready(request.modelName);
  try {
    return await decideIn({ ready: async () => api }, request, call);
  } catch (error) {
    if (hasCode(error) && error.code === 'REALM_LOST')
      deadly.suspect({
        ...suspect,
        tryAlone: () => realm.alone(request.modelName, (own) => decideIn({ ready: async () => own }, request, call)),
      });
    throw error;
  }
}
