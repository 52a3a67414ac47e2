import { MAX_HOPS, type Envelope } from './envelope.ts';
import { isAllowed, ownEnvelope, passOn, type MeshContext, type Relay } from './mesh-context.ts';
import type { Peer } from './presence.ts';
import { sendBy, type Way } from './way.ts';

function helloOf(context: MeshContext, { id, hops, principal, serves, subscribes, info }: Peer): Envelope {
  return ownEnvelope(context, 'hello', { src: id, hops: hops + 1, principal, body: { serves, subscribes, info } });
}

function tellOthers(context: MeshContext, from: Way, envelope: Envelope): void {
  if (envelope.hops > MAX_HOPS) return;
  const others = [...context.ways].filter((way) => way !== from);
  passOn(context, others, envelope);
}

function carry(context: MeshContext, ways: Iterable<Way>, envelope: Envelope): void {
  if (envelope.hops < MAX_HOPS) passOn(context, ways, { ...envelope, hops: envelope.hops + 1 });
}

/** Makes a mesh node a switch, which carries envelopes between its links; a program that is none does not have it. */
export const relay: Relay = {
  introduce(context, way) {
    for (const peer of context.presence.all()) if (peer.way !== way) passOn(context, [way], helloOf(context, peer));
  },
  learned(context, peer) {
    tellOthers(context, peer.way, helloOf(context, peer));
  },
  gone(context, { id, hops, way }) {
    tellOthers(context, way, ownEnvelope(context, 'bye', { src: id, hops: hops + 1, body: null }));
  },
  request(context, envelope, { from, responder }) {
    const { subject, hops } = envelope;
    if (!responder || responder.way === from || hops >= MAX_HOPS) return false;
    const { id, way, principal } = responder;
    if (!isAllowed(context, way, { action: 'serve', subject, principal })) return false;
    sendBy([way], { ...envelope, to: id, hops: hops + 1 });
    return true;
  },
  answer(context, envelope, from) {
    const peer = context.presence.get(envelope.to ?? '');
    if (peer && peer.way !== from) carry(context, [peer.way], envelope);
  },
  publication(context, envelope, ways) {
    carry(context, ways, envelope);
  },
};
