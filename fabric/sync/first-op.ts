import { opId, replicaHost, type Op } from '../record/op.ts';
import { opDigest } from './op-digest.ts';

/** The op as it was recorded first, before its host went on under another replica id. */
export function asFirst(op: Op): Op {
  if (op.first === undefined) return op;
  const { first, ...recorded } = op;
  const end = first.lastIndexOf(':');
  const replica = first.slice(0, end);
  const step = op.step && { ...op.step, node: replicaHost(replica) };
  return { ...recorded, replica, counter: Number(first.slice(end + 1)), step };
}

/** The key of the request that an op is for its user, whoever sends it under which id: its first id, and what it says. */
export function firstKey(op: Op, user: string): string {
  const first = asFirst(op);
  return `op:${JSON.stringify([user, opId(first), opDigest(first)])}`;
}

/**
 * The key among the marks of how far a user's ops of a replica were decided under other ids than these: no replica's
 * name is such. Each user has his own, so that nobody's ops are in doubt by what another one pushes.
 */
export function firstName(replica: string, user: string): string {
  return `=${replica} ${user}`;
}

/** Whether a key among the marks is one of `firstName`. */
export function isFirstName(name: string): boolean {
  return name.startsWith('=');
}

/** The user of whom a key of `firstKey` is. */
export function userOfKey(key: string): string {
  return (JSON.parse(key.slice('op:'.length)) as [string])[0];
}
