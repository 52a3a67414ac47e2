import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { MAX_HOPS } from './envelope.ts';
import { deliveryOf, isAllowed, ownEnvelope, passOn, type MeshContext, type SubjectEnvelope } from './mesh-context.ts';
import { sendBy, type Way } from './way.ts';

/** Publishing, and carrying publications to whoever wants them. */
export interface PublishSubscribe {
  /** @throws TestudoError `TOO_LARGE`, `TOO_DEEP` when somebody wants what cannot be sent */
  publish(subject: string, body: Plain): void;
  published(way: Way, envelope: SubjectEnvelope): void;
}

/** Makes the publish side of one node; `refuse` tells a sender why his publication goes no further. */
export function publishSubscribe(
  context: MeshContext,
  refuse: (way: Way, envelope: SubjectEnvelope, error: unknown) => void,
): PublishSubscribe {
  const { presence, services } = context;

  /** The ways, each once, that lead to somebody who wants the subject and may have it. */
  function waysTo(subject: string, from: Way | null): ReadonlySet<Way> {
    const found = new Set<Way>();
    for (const { way, principal } of presence.wanting(subject)) {
      if (way === from || found.has(way)) continue;
      if (isAllowed(context, way, { action: 'subscribe', subject, principal })) found.add(way);
    }
    return found;
  }

  return {
    publish(subject: string, body: Plain): void {
      const delivery = { src: context.id, subject, principal: context.local };
      queueMicrotask(() => services.deliver(body, delivery));
      const envelope = ownEnvelope(context, 'publish', { subject, body });
      sendBy(waysTo(subject, null), envelope);
    },
    published(way: Way, envelope: SubjectEnvelope): void {
      const { subject, src, principal, hops } = envelope;
      if (!isAllowed(context, way, { action: 'publish', subject, principal })) {
        refuse(way, envelope, new TestudoError('FORBIDDEN', `${src} (${principal.user}) may not publish ${subject}`));
        return;
      }
      services.deliver(envelope.body, deliveryOf(envelope));
      if (!context.isRelay || hops >= MAX_HOPS) return;
      passOn(context, waysTo(subject, way), { ...envelope, hops: hops + 1 });
    },
  };
}
