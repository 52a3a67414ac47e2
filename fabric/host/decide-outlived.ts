import { hasCode } from '../error.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import type { Decision, DecideRequest } from '../spec/decision.ts';
import { decideIn, type DecisionCall } from './decide-in.ts';
import type { SuspectOp, Trial } from './deadly-book.ts';
import type { DeadlyOps } from './deadly-ops.ts';
import type { ModelRealms } from './realms.ts';

export interface OutlivedOptions {
  readonly realm: ModelRealms;
  readonly deadly: DeadlyOps;
  /** the op that is decided */
  readonly suspect: Omit<SuspectOp, 'tryAlone'>;
}

/** A decision that takes longer is noted, in case that it ends the host. */
export const noticedAfterMs = 250;

/**
 * One decision of model code about an op that may end the realm that it is made in, or the whole host, and would come
 * again.
 * @throws TestudoError the model's refusal; `HOOK_TIMEOUT` for an op that has ended realms of its own, `REALM_LOST`
 */
export async function decideOutlived(
  { realm, deadly, suspect }: OutlivedOptions,
  request: DecideRequest,
  call: DecisionCall,
): Promise<Decision> {
  const { modelName } = request;
  const decideBy = (api: RealmApi): Promise<Decision> => decideIn({ ready: async () => api }, request, call);
  let key: string | undefined;
  const op: SuspectOp = {
    ...suspect,
    key: () => (key ??= suspect.key()),
    tryAlone: () => tryAlone((use) => realm.alone(modelName, use), decideBy),
  };
  await deadly.former();
  const known = await deadly.book?.decide(op);
  if (known) return known;
  const api = await realm.ready(modelName);
  let isUnderWay = true;
  const noticed = deadly.options.platform.timer(noticedAfterMs, () => {
    void deadly.write((book) => isUnderWay && book.notice(op));
  });
  try {
    const decision = await decideBy(api);
    deadly.book?.outlived(op);
    return decision;
  } catch (error) {
    if (hasCode(error) && error.code === 'REALM_LOST') await deadly.write((book) => book.suspect(op));
    else deadly.book?.outlived(op);
    throw error;
  } finally {
    isUnderWay = false;
    noticed.dispose();
  }
}

async function tryAlone(
  alone: (use: (realm: RealmApi) => Promise<unknown>) => Promise<string | null>,
  decideBy: (realm: RealmApi) => Promise<Decision>,
): Promise<Trial> {
  let decided: Promise<Decision> | undefined;
  const reason = await alone((own) => (decided = decideBy(own)));
  const decision = await (decided as Promise<Decision>).then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  return { reason, decision };
}
