import type { Plain } from '../plain.ts';
import type { Envelope } from './envelope.ts';
import { isAllowed, ownEnvelope, passOn, type MeshContext, type StampedEnvelope } from './mesh-context.ts';
import { readAnnouncement, type Peer } from './presence.ts';
import type { Way } from './way.ts';

const POLICY_VIOLATION = 1008;

/** Keeps the table of peers and tells a relay's other peers what changed in it. */
export interface PresenceExchange {
  /** Tells a new way of everybody behind the other ways, and of this node last: its hello means that all is said. */
  introduce(way: Way): void;
  /** Sends this node's own hello over every way. */
  announce(): void;
  hello(way: Way, envelope: StampedEnvelope): void;
  bye(way: Way, envelope: StampedEnvelope): void;
  wayClosed(way: Way): void;
}

/** Makes the exchange of one node; `info` gives what it announces, `onChange` fires after the table changed. */
export function presenceExchange(context: MeshContext, info: () => Plain, onChange: () => void): PresenceExchange {
  const { presence, services, ways, relay } = context;

  const ownHello = (): Envelope =>
    ownEnvelope(context, 'hello', {
      body: { serves: services.serves(), subscribes: services.subscribes(), info: info() },
    });

  function forget(id: string, way: Way): void {
    if (presence.get(id)?.way !== way) return;
    const peer = presence.remove(id);
    context.pending.lost(id);
    if (peer) relay?.gone(context, peer);
    onChange();
  }

  function learn(peer: Peer): void {
    const former = presence.get(peer.id);
    if (former && former.way !== peer.way) {
      if (former.hops < peer.hops) return;
      context.pending.lost(peer.id);
    }
    presence.set(peer);
    relay?.learned(context, peer);
    onChange();
  }

  return {
    introduce(way: Way): void {
      relay?.introduce(context, way);
      passOn(context, [way], ownHello());
    },
    announce(): void {
      passOn(context, ways, ownHello());
    },
    hello(way: Way, { src, principal, hops, body }: StampedEnvelope): void {
      const announced = readAnnouncement(body);
      if (!announced) {
        way.link.close(POLICY_VIOLATION, `ENVELOPE_INVALID the hello of ${src} lists no subjects`);
        return;
      }
      const serves = announced.serves.filter((subject) =>
        isAllowed(context, way, { action: 'serve', subject, principal }),
      );
      learn({ id: src, principal, way, hops, subscribes: announced.subscribes, info: announced.info, serves });
    },
    bye(way: Way, { src }: StampedEnvelope): void {
      forget(src, way);
    },
    wayClosed(way: Way): void {
      if (!ways.delete(way)) return;
      for (const { id } of presence.behind(way)) forget(id, way);
    },
  };
}
