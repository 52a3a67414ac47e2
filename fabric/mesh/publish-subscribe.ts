import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { deliveryOf, isAllowed, ownEnvelope, type MeshContext, type SubjectEnvelope } from './mesh-context.ts';
import { matchesSubject } from './subject.ts';
import { sendBy, type Way } from './way.ts';

/** Publishing, and carrying publications to whoever wants them. */
export interface PublishSubscribe {
  /** @throws TestudoError `TOO_LARGE`, `TOO_DEEP` when somebody wants what cannot be sent */
  publish(subject: string, body: Plain): void;
  /** @returns whether the node is there, wants the subject and may have it @throws TestudoError as `publish` */
  tell(to: string, subject: string, body: Plain): boolean;
  published(way: Way, envelope: SubjectEnvelope): void;
}

/** Makes the publish side of one node; `refuse` tells a sender why his publication goes no further. */
export function publishSubscribe(
  context: MeshContext,
  refuse: (way: Way, envelope: SubjectEnvelope, error: unknown) => void,
): PublishSubscribe {
  const { presence, services, relay } = context;

  /** The ways, each once, that lead to somebody who wants the subject and may have it. */
  function waysTo(subject: string, from: Way | null): ReadonlySet<Way> {
    const found = new Set<Way>();
    for (const { way, principal } of presence.wanting(subject)) {
      if (way === from || found.has(way)) continue;
      if (isAllowed(context, way, { action: 'subscribe', subject, principal })) found.add(way);
    }
    return found;
  }

  /** The way to one node, if it wants the subject and may have it. */
  function wayTo(to: string, subject: string): readonly Way[] {
    const peer = presence.get(to);
    if (!peer?.subscribes.some((pattern) => matchesSubject(pattern, subject))) return [];
    const { way, principal } = peer;
    return isAllowed(context, way, { action: 'subscribe', subject, principal }) ? [way] : [];
  }

  return {
    tell(to: string, subject: string, body: Plain): boolean {
      const ways = wayTo(to, subject);
      sendBy(ways, ownEnvelope(context, 'publish', { to, subject, body }));
      return ways.length > 0;
    },
    publish(subject: string, body: Plain): void {
      const delivery = { src: context.id, subject, principal: context.local };
      queueMicrotask(() => services.deliver(body, delivery));
      const envelope = ownEnvelope(context, 'publish', { subject, body });
      sendBy(waysTo(subject, null), envelope);
    },
    published(way: Way, envelope: SubjectEnvelope): void {
      const { subject, src, principal, to = context.id } = envelope;
      if (!isAllowed(context, way, { action: 'publish', subject, principal })) {
        refuse(way, envelope, new TestudoError('FORBIDDEN', `${src} (${principal.user}) may not publish ${subject}`));
        return;
      }
      if (to === context.id) services.deliver(envelope.body, deliveryOf(envelope));
      relay?.publication(context, envelope, envelope.to === undefined ? waysTo(subject, way) : wayTo(to, subject));
    },
  };
}
