import type { Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import { soundOr } from '../store/sound-or.ts';
import type { ReplicaCollections, RequestedOp } from './replica-book.ts';
import { asksOf } from './request.ts';

/** What the request that made an op asked for; of a damaged record, what the op says. `undefined`: it is not known any more */
export async function askedBefore(
  op: Op,
  { names, datasource }: { readonly names: ReplicaCollections; readonly datasource: Datasource },
): Promise<string | undefined> {
  if (op.requestId === '') return undefined;
  const asked = async (): Promise<string | undefined> => {
    const stored = await datasource.get(names.requests, op.requestId);
    return (stored as unknown as RequestedOp | undefined)?.asks;
  };
  return soundOr(asked(), () => asksOf(op));
}
