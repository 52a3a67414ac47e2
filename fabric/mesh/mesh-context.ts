import type { Principal } from '../access/principal.ts';
import type { Platform } from '../platform.ts';
import type { Envelope, EnvelopeKind } from './envelope.ts';
import type { LocalServices } from './local-services.ts';
import type { Delivery, MeshPolicy } from './mesh-node.ts';
import type { PendingRequests } from './pending-requests.ts';
import type { Peer, Presence } from './presence.ts';
import { sendBy, type Way } from './way.ts';

/** What the parts of one mesh node share. */
export interface MeshContext {
  readonly id: string;
  readonly local: Principal;
  readonly platform: Platform;
  /** what makes it a switch, if it is one */
  readonly relay: Relay | undefined;
  readonly policy: MeshPolicy | undefined;
  readonly ways: Set<Way>;
  readonly presence: Presence;
  readonly pending: PendingRequests;
  readonly services: LocalServices;
  nextId(): string;
}

/** How a switch carries envelopes between its links; what has gone through too many switches ends here. */
export interface Relay {
  /** Tells a new way of everybody behind the other ways. */
  introduce(context: MeshContext, way: Way): void;
  /** Tells the other ways what a peer has announced. */
  learned(context: MeshContext, peer: Peer): void;
  /** Tells the other ways that a peer is not there any more. */
  gone(context: MeshContext, peer: Peer): void;
  /** @returns whether it could be handed on to the one that serves it @throws what its way throws */
  request(context: MeshContext, envelope: SubjectEnvelope, between: Between): boolean;
  answer(context: MeshContext, envelope: Envelope, from: Way): void;
  publication(context: MeshContext, envelope: SubjectEnvelope, ways: Iterable<Way>): void;
}

/** Where a request comes from, and who would answer it. */
export interface Between {
  readonly from: Way;
  readonly responder: Peer | undefined;
}

/** An envelope whose `src` and `principal` come from the connection. */
export type StampedEnvelope = Envelope & { readonly principal: Principal };

/** A publication or a request, which have a subject. */
export type SubjectEnvelope = StampedEnvelope & { readonly subject: string };

type Question = Parameters<MeshPolicy>[0];

/** Whether a peer may. Without a policy only what a switch has let through is allowed: no rule means no. */
export function isAllowed({ policy }: MeshContext, way: Way, question: Question): boolean {
  return policy ? policy(question) : way.peer.role === 'switch';
}

/** An envelope from this node itself; a relay adds who stands behind it, but for an answer: that is the node that was asked. */
export function ownEnvelope(
  context: MeshContext,
  kind: EnvelopeKind,
  rest: Partial<Envelope> & Pick<Envelope, 'body'>,
): Envelope {
  const stamp = context.relay && rest.reply === undefined ? { principal: context.local } : {};
  return { v: 1, id: context.nextId(), src: context.id, kind, hops: 0, ...stamp, ...rest };
}

/** Sends what nobody waits for; a failure goes to `onError`. */
export function passOn(context: MeshContext, ways: Iterable<Way>, envelope: Envelope): void {
  try {
    sendBy(ways, envelope);
  } catch (error) {
    context.platform.onError(error);
  }
}

/** What a local handler learns of an envelope's source. */
export function deliveryOf({ src, subject, principal }: SubjectEnvelope): Delivery {
  return { src, subject, principal };
}
