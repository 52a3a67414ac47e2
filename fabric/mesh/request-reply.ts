import { fromWire, hasCode, TestudoError, toWire } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Envelope } from './envelope.ts';
import type { ServeHandler } from './local-services.ts';
import { deliveryOf, isAllowed, ownEnvelope, passOn, type MeshContext, type SubjectEnvelope } from './mesh-context.ts';
import type { RequestOptions } from './mesh-node.ts';
import { wireErrorIn } from './pending-requests.ts';
import type { Peer } from './presence.ts';
import { sendBy, type Way } from './way.ts';

const DEFAULT_DEADLINE_MS = 5000;

/** Asking, answering, and carrying both between others. */
export interface RequestReply {
  ask(subject: string, body: Plain, options: RequestOptions): Promise<Plain>;
  requested(way: Way, envelope: SubjectEnvelope): void;
  answered(way: Way, envelope: Envelope): void;
  /** Tells the sender of an envelope why it goes no further. */
  refuse(way: Way, envelope: SubjectEnvelope, error: unknown): void;
}

/** Makes the request side of one node. */
export function requestReply(context: MeshContext): RequestReply {
  const { id: self, presence, pending, services, platform, relay } = context;

  const noResponders = (subject: string, to: string | undefined): TestudoError =>
    new TestudoError(
      'NO_RESPONDERS',
      `nobody serves ${subject}${to === undefined ? '' : ` at ${to}`} now; try again later`,
    );

  function leastLoaded(peers: readonly Peer[]): Peer | undefined {
    let best = peers[0];
    for (const peer of peers) if (best && pending.waitingFor(peer.id) < pending.waitingFor(best.id)) best = peer;
    return best;
  }

  function responderOf(subject: string, to: string | undefined): Peer | undefined {
    if (to === undefined) return leastLoaded(presence.serving(subject));
    const peer = presence.get(to);
    return peer?.serves.includes(subject) ? peer : undefined;
  }

  async function answer(handler: ServeHandler, envelope: SubjectEnvelope): Promise<Envelope> {
    const back = { to: envelope.src, reply: envelope.id };
    try {
      const body = await handler(envelope.body, deliveryOf(envelope));
      return ownEnvelope(context, 'reply', { ...back, body: body ?? null });
    } catch (error) {
      if (!hasCode(error)) platform.onError(error);
      return ownEnvelope(context, 'error', { ...back, body: { ...toWire(error) } });
    }
  }

  function reject(way: Way, envelope: SubjectEnvelope, error: unknown): void {
    const { id, src, to, kind, subject } = envelope;
    // On behalf of the node that was asked: the asker takes answers from nobody else.
    const from = { src: to ?? self, to: src, reply: id, ...(kind === 'publish' ? { subject } : {}) };
    passOn(context, [way], ownEnvelope(context, 'error', { ...from, body: { ...toWire(error) } }));
  }

  async function respond(way: Way, handler: ServeHandler, envelope: SubjectEnvelope): Promise<void> {
    const reply = await answer(handler, envelope);
    try {
      sendBy([way], reply);
    } catch (error) {
      reject(way, envelope, error);
    }
  }

  /** A relay hands on what is not served here. */
  function handOn(from: Way, envelope: SubjectEnvelope): void {
    const { subject, to } = envelope;
    try {
      if (relay?.request(context, envelope, { from, responder: responderOf(subject, to) })) return;
      reject(from, envelope, noResponders(subject, to));
    } catch (error) {
      reject(from, envelope, error);
    }
  }

  function askHere(handler: ServeHandler, envelope: SubjectEnvelope): void {
    void answer(handler, envelope).then((reply) => pending.answer(reply));
  }

  function send(peer: Peer, envelope: Envelope): void {
    try {
      sendBy([peer.way], envelope);
    } catch (error) {
      pending.fail(envelope.id, error);
    }
  }

  return {
    refuse: reject,
    ask(
      subject: string,
      body: Plain,
      { deadlineMs = DEFAULT_DEADLINE_MS, signal, to }: RequestOptions,
    ): Promise<Plain> {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const handler = to === undefined || to === self ? services.handlerOf(subject) : undefined;
      const peer = handler ? undefined : responderOf(subject, to);
      if (!handler && !peer) return Promise.reject(noResponders(subject, to));
      const responder = peer?.id ?? self;
      const { id, answered } = pending.add({ subject, responder, deadlineMs, signal });
      const envelope = ownEnvelope(context, 'request', { id, to: responder, subject, body });
      if (peer) send(peer, envelope);
      else if (handler) askHere(handler, { ...envelope, subject, principal: context.local });
      return answered;
    },
    requested(way: Way, envelope: SubjectEnvelope): void {
      const { subject, to, src, principal } = envelope;
      if (!isAllowed(context, way, { action: 'request', subject, principal })) {
        reject(way, envelope, new TestudoError('FORBIDDEN', `${src} (${principal.user}) may not request ${subject}`));
        return;
      }
      const handler = to === undefined || to === self ? services.handlerOf(subject) : undefined;
      if (handler) void respond(way, handler, envelope);
      else handOn(way, envelope);
    },
    answered(way: Way, envelope: Envelope): void {
      if (envelope.to === self) {
        const isKnown = pending.answer(envelope);
        const isRefusedPublication = envelope.kind === 'error' && envelope.subject !== undefined;
        if (!isKnown && isRefusedPublication) platform.onError(fromWire(wireErrorIn(envelope.body)));
        return;
      }
      relay?.answer(context, envelope, way);
    },
  };
}
