import { opId, replicaHost, type Op } from '../record/op.ts';
import { opDigest } from './op-digest.ts';

/** The op as it was recorded first, before its host went on under another replica id. */
export function asFirst({ first, ...op }: Op): Op {
  if (first === undefined) return op;
  const end = first.lastIndexOf(':');
  const replica = first.slice(0, end);
  const step = op.step && { ...op.step, node: replicaHost(replica) };
  return { ...op, replica, counter: Number(first.slice(end + 1)), step };
}

/** The key of the request that an op is for its user, whoever sends it under which id: its first id, and what it says. */
export function firstKey(op: Op, user: string): string {
  const first = asFirst(op);
  return `op:${JSON.stringify([user, opId(first), opDigest(first)])}`;
}

/** Between which keys those of `firstKey` are. */
export const firstKeys: { readonly after: string; readonly before: string } = { after: 'op:', before: 'op;' };
