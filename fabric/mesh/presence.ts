import type { Principal } from '../access/principal.ts';
import type { Plain } from '../plain.ts';
import type { PeerReport } from './mesh-node.ts';
import { matchesSubject } from './subject.ts';
import type { Way } from './way.ts';

/** A node that this one has heard of. */
export interface Peer {
  readonly id: string;
  readonly principal: Principal;
  /** the link that leads to it */
  readonly way: Way;
  readonly serves: readonly string[];
  /** patterns */
  readonly subscribes: readonly string[];
  readonly info: Plain;
  /** relays between it and here */
  readonly hops: number;
}

/** The body of a `hello`. */
export interface Announcement {
  readonly serves: readonly string[];
  readonly subscribes: readonly string[];
  readonly info: Plain;
}

/** Who is there, what they serve and want, and by which way. */
export interface Presence {
  get(id: string): Peer | undefined;
  set(peer: Peer): void;
  /** Forgets one; `undefined` when it was not known. */
  remove(id: string): Peer | undefined;
  behind(way: Way): readonly Peer[];
  serving(subject: string): readonly Peer[];
  wanting(subject: string): readonly Peer[];
  all(): readonly Peer[];
  reports(): readonly PeerReport[];
}

const MAX_NAME_CHARS = 256;
const MAX_SUBJECTS = 500;

function isSubjects(value: Plain | undefined): value is readonly string[] {
  const isSubject = (item: Plain): boolean => typeof item === 'string' && item.length <= MAX_NAME_CHARS;
  return Array.isArray(value) && value.length <= MAX_SUBJECTS && value.every(isSubject);
}

/** Reads a `hello`'s body; `null` when it is not one, or lists more than 500 subjects or patterns. */
export function readAnnouncement(body: Plain): Announcement | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { serves, subscribes, info = null } = body as { readonly [key: string]: Plain };
  return isSubjects(serves) && isSubjects(subscribes) ? { serves, subscribes, info } : null;
}

/** Makes an empty table of peers. */
export function createPresence(): Presence {
  const peers = new Map<string, Peer>();
  const select = (wanted: (peer: Peer) => boolean): readonly Peer[] => [...peers.values()].filter(wanted);
  return {
    get: (id) => peers.get(id),
    set: (peer) => void peers.set(peer.id, peer),
    remove(id) {
      const peer = peers.get(id);
      peers.delete(id);
      return peer;
    },
    behind: (way) => select((peer) => peer.way === way),
    serving: (subject) => select((peer) => peer.serves.includes(subject)),
    wanting: (subject) => select((peer) => peer.subscribes.some((pattern) => matchesSubject(pattern, subject))),
    all: () => [...peers.values()],
    reports: () =>
      [...peers.values()].map(({ id, principal, serves, info }) => ({ id, user: principal.user, serves, info })),
  };
}
